//! The formulas of the sensitivities on what they share. `greeks.rs` says what each is.

/// What the sensitivities of an option are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// 1 for a call, −1 for a put.
    pub sign: f64,
    pub underlying: f64,
    pub strike: f64,
    pub time: f64,
    pub rate: f64,
    pub dividend_yield: f64,
    pub volatility: f64,
    /// e^(−rT).
    pub discount: f64,
    /// e^(−qT).
    pub yield_discount: f64,
    /// σ√T.
    pub stdev: f64,
    pub d1: f64,
    pub d2: f64,
    /// φ(d₁).
    pub density: f64,
    /// Φ(w d₁).
    pub asset_probability: f64,
    /// Φ(w d₂).
    pub strike_probability: f64,
    pub price: f64,
}

#[inline(always)]
fn asset_value(o: &Row) -> f64 {
    o.underlying * o.yield_discount
}

#[inline(always)]
fn strike_value(o: &Row) -> f64 {
    o.strike * o.discount
}

/// ∂d₁/∂T without its part in d₂.
#[inline(always)]
fn drift(o: &Row) -> f64 {
    (o.rate - o.dividend_yield) / o.stdev
}

#[inline(always)]
pub(super) fn delta(o: &Row) -> f64 {
    o.sign * o.yield_discount * o.asset_probability
}

#[inline(always)]
pub(super) fn dual_delta(o: &Row) -> f64 {
    -o.sign * o.discount * o.strike_probability
}

#[inline(always)]
pub(super) fn vega(o: &Row) -> f64 {
    asset_value(o) * o.density * (o.stdev / o.volatility)
}

#[inline(always)]
pub(super) fn theta(o: &Row) -> f64 {
    let asset = o.dividend_yield * asset_value(o) * o.asset_probability;
    let strike = o.rate * strike_value(o) * o.strike_probability;
    o.sign * (asset - strike) - asset_value(o) * o.density * o.stdev / (2.0 * o.time)
}

#[inline(always)]
pub(super) fn rho(o: &Row) -> f64 {
    o.sign * o.time * strike_value(o) * o.strike_probability
}

#[inline(always)]
pub(super) fn futures_rho(o: &Row) -> f64 {
    -o.time * o.price
}

#[inline(always)]
pub(super) fn phi(o: &Row) -> f64 {
    -o.sign * o.time * asset_value(o) * o.asset_probability
}

#[inline(always)]
pub(super) fn lambda(o: &Row) -> f64 {
    o.sign * asset_value(o) * o.asset_probability / o.price
}

#[inline(always)]
pub(super) fn gamma(o: &Row) -> f64 {
    o.yield_discount * o.density / (o.underlying * o.stdev)
}

#[inline(always)]
pub(super) fn dual_gamma(o: &Row) -> f64 {
    asset_value(o) * o.density / (o.strike * o.strike * o.stdev)
}

#[inline(always)]
pub(super) fn vanna(o: &Row) -> f64 {
    -o.yield_discount * o.density * o.d2 / o.volatility
}

#[inline(always)]
pub(super) fn charm(o: &Row) -> f64 {
    let slope = drift(o) - o.d2 / (2.0 * o.time);
    let carried = o.sign * o.dividend_yield * o.asset_probability;
    o.yield_discount * (carried - o.density * slope)
}

#[inline(always)]
pub(super) fn volga(o: &Row) -> f64 {
    vega(o) * (o.d1 * o.d2) / o.volatility
}

#[inline(always)]
pub(super) fn veta(o: &Row) -> f64 {
    let decay = (1.0 + o.d1 * o.d2) / (2.0 * o.time);
    vega(o) * (o.dividend_yield + drift(o) * o.d1 - decay)
}

#[inline(always)]
pub(super) fn speed(o: &Row) -> f64 {
    -gamma(o) / o.underlying * (o.d1 / o.stdev + 1.0)
}

#[inline(always)]
pub(super) fn zomma(o: &Row) -> f64 {
    gamma(o) * (o.d1 * o.d2 - 1.0) / o.volatility
}

#[inline(always)]
pub(super) fn color(o: &Row) -> f64 {
    let decay = (1.0 - o.d1 * o.d2) / (2.0 * o.time);
    gamma(o) * (o.dividend_yield + drift(o) * o.d1 + decay)
}

#[inline(always)]
pub(super) fn ultima(o: &Row) -> f64 {
    let both = o.d1 * o.d2;
    let sum = both * (1.0 - both) + o.d1 * o.d1 + o.d2 * o.d2;
    -vega(o) / (o.volatility * o.volatility) * sum
}
