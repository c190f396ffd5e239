//! The cost of a trade: half the spread, commission, and the square root of its size.
//!
//! ```text
//! impact_bps = eta · sigma_daily · sqrt(|trade| / ADV) · 10⁴
//! ```
//!
//! The square-root law: Grinold & Kahn, *Active Portfolio Management*, 2nd ed., ch. 16 (trading a
//! day's volume costs about a day's volatility, eta ≈ 1); Almgren, Thum, Hauptmann & Li, *Direct
//! estimation of equity market impact* (2005), who fit the temporary part with eta = 0.142 and the
//! exponent 3/5; Tóth et al., *Anomalous price impact and the critical nature of liquidity in
//! financial markets*, Phys. Rev. X 1, 021006 (2011), eta of order one for the peak impact.

/// The coefficient of Almgren et al. (2005). With the exponent 1/2 it agrees with their full cost
/// (permanent part included) near 1 % of ADV and is half of it near 10 %; pass 1 for the
/// order-one coefficient of Grinold & Kahn and of Tóth et al.
pub const ALMGREN_ETA: f64 = 0.142;

/// A model of trading costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TradingCost {
    /// Half the bid-ask spread, in basis points of the notional.
    pub half_spread_bps: f64,
    /// Commission, in basis points of the notional.
    pub commission_bps: f64,
    /// The impact coefficient, without unit.
    pub impact_eta: f64,
}

/// Square-root impact in basis points. `sigma_daily` is the volatility of one day's return as a
/// decimal, `participation` the trade's share of the average daily volume.
pub fn square_root_impact_bps(eta: f64, sigma_daily: f64, participation: f64) -> f64 {
    eta * sigma_daily * participation.sqrt() * 1e4
}

impl TradingCost {
    /// The cost of trading `notional` (unsigned, in money) in a name with the daily volatility and
    /// the average daily volume in money, in money.
    pub fn of(&self, notional: f64, sigma_daily: f64, adv: f64) -> f64 {
        let impact = square_root_impact_bps(self.impact_eta, sigma_daily, notional / adv);
        notional * (self.half_spread_bps + self.commission_bps + impact) * 1e-4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_days_volume_costs_a_days_volatility() {
        // Grinold & Kahn's rule of thumb: eta 1, participation 1, 2 % a day → 200 bp.
        assert!((square_root_impact_bps(1.0, 0.02, 1.0) - 200.0).abs() < 1e-12);
        // A quarter of the volume costs half as much per dollar.
        assert!((square_root_impact_bps(1.0, 0.02, 0.25) - 100.0).abs() < 1e-12);
    }

    #[test]
    fn costs_add_up() {
        let cost = TradingCost { half_spread_bps: 2.0, commission_bps: 0.5, impact_eta: 0.5 };
        // 1 % of ADV at 2 % a day: 0.5·200·0.1 = 10 bp; with 2.5 bp in all 12.5 bp of 1e6.
        assert!((cost.of(1e6, 0.02, 1e8) - 1250.0).abs() < 1e-9);
        assert_eq!(cost.of(0.0, 0.02, 1e8), 0.0);
    }

    /// Almgren et al. (2005), eqs. 5 and 6 with their fitted exponents, trading over a full day:
    /// J = I/2 + h, I = γσ(X/V)(Θ/V)^¼, h = ησ(X/V)^⅗. IBM's inputs of their table 3; figures there:
    /// I = 19.86 bp for 10 % of ADV.
    #[test]
    fn almgrens_coefficient_meets_the_full_cost_near_one_percent() {
        let (sigma, turnover) = (157.0, 1728.0_f64 / 6.561);
        let permanent = |x: f64| 0.314 * sigma * x * turnover.powf(0.25);
        assert!((permanent(0.1) - 19.86).abs() < 0.02);
        let full = |x: f64| permanent(x) / 2.0 + ALMGREN_ETA * sigma * x.powf(0.6);
        let ours = |x: f64| square_root_impact_bps(ALMGREN_ETA, sigma * 1e-4, x);
        assert!((ours(0.01) / full(0.01) - 1.0).abs() < 0.1);
        assert!((ours(0.1) / full(0.1) - 0.5).abs() < 0.1);
    }
}
