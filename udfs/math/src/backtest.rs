//! A daily long/short backtest.
//!
//! Weights decided on date t are traded at the close of the `lag`-th later session, at the earliest the
//! next one. On session d, with equity E, units u and prices p:
//!
//! ```text
//! pnl     = Σ u·(p_d − p_{d−1})                 positions drift with prices; cash earns nothing
//! borrow  = rate · days since the last session / 365 · Σ_{u<0} |u|·p_{d−1}
//! order_i = w_i·(E_{d−1} + pnl − borrow) − u_i·p_i, filled up to max_participation · ADV_i
//! cost    = Σ cost(|fill|) (impact.rs), σ from the name's last `vol_window` returns up to d
//! net     = gross − cost − borrow, each over E_{d−1};   E_d = E_{d−1}·(1 + net)
//! ```
//!
//! What was not filled is tried again on the next session, towards the same weight. A decision names the
//! whole portfolio: a name it leaves out is sold. Without a price a position keeps its last value and cannot be
//! traded; after `stale_limit` such sessions it is closed at the last price, without cost. When equity is
//! gone the positions are closed and the account stays as it is.

use crate::impact::TradingCost;
use crate::panel::Panel;

/// What is known of a name on a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// The close, adjusted for splits and dividends, > 0; NaN when missing.
    pub price: f64,
    /// Average daily volume in money; NaN or zero when the name cannot be traded.
    pub adv: f64,
}

/// How a backtest trades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Equity before the first trade, in money, > 0.
    pub capital: f64,
    /// What trades cost.
    pub cost: TradingCost,
    /// The largest trade in a name on one session, as a share of ADV.
    pub max_participation: f64,
    /// What short positions pay a year, as a share of their value.
    pub borrow_rate: f64,
    /// Sessions from decision to trade, ≥ 1.
    pub lag: usize,
    /// Returns that impact's σ is estimated from, ≥ 2.
    pub vol_window: usize,
    /// Sessions without a price that a position survives.
    pub stale_limit: usize,
}

/// The daily volatility assumed for impact while a name has fewer than two returns: 2 %, 32 % a year.
pub const UNKNOWN_SIGMA: f64 = 0.02;

/// Orders below this share of equity are rounding and are not traded.
const DUST: f64 = 1e-12;

/// The account after one session. Returns are decimals of the previous equity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Days since 1970-01-01.
    pub date: i32,
    /// Equity after trading, in money.
    pub equity: f64,
    /// Price changes of the positions held into the session.
    pub gross_return: f64,
    /// Spread, commission and impact, ≥ 0.
    pub cost_return: f64,
    /// Borrow on shorts, ≥ 0.
    pub borrow_return: f64,
    /// gross − cost − borrow.
    pub net_return: f64,
    /// Traded notional over the previous equity.
    pub turnover: f64,
    /// Σ|position| over equity.
    pub gross_exposure: f64,
    /// Σ position over equity.
    pub net_exposure: f64,
    /// Names held.
    pub positions: usize,
    /// Orders not filled, in money.
    pub unfilled: f64,
    /// Share of the highest equity so far that is lost, ≥ 0.
    pub drawdown: f64,
    /// Names traded.
    pub trades: usize,
    /// Positions closed because their price stayed missing.
    pub stale_closes: usize,
}

/// Walks through the sessions from the first decision's date on.
#[derive(Debug)]
pub struct Backtest<'a> {
    targets: &'a Panel<f64>,
    prices: &'a Panel<Quote>,
    rules: Rules,
    names: Vec<Name>,
    volatility: TrailingReturns,
    /// Names with a position, ascending.
    held: Vec<u32>,
    /// Names whose weight is not reached yet, ascending.
    pending: Vec<u32>,
    session: usize,
    /// The next decision, and the session each one trades on.
    decision: usize,
    trades_on: Vec<usize>,
    equity: f64,
    peak: f64,
}

#[derive(Debug, Clone, Copy)]
struct Name {
    units: f64,
    /// The last price seen and its session.
    price: f64,
    seen: usize,
    adv: f64,
    target: f64,
}

impl Name {
    fn value(&self) -> f64 {
        if self.units == 0.0 { 0.0 } else { self.units * self.price }
    }
}

impl<'a> Backtest<'a> {
    /// Target weights (NaN: none) and prices over one list of symbols.
    pub fn new(targets: &'a Panel<f64>, prices: &'a Panel<Quote>, rules: Rules) -> Self {
        let symbols = targets.symbol_count().max(prices.symbol_count());
        let later = |t: &i32| prices.dates().partition_point(|d| d <= t);
        let lag = rules.lag.max(1);
        let unseen = Name { units: 0.0, price: f64::NAN, seen: usize::MAX, adv: 0.0, target: 0.0 };
        let mut backtest = Self {
            targets,
            prices,
            rules,
            names: vec![unseen; symbols],
            volatility: TrailingReturns::new(symbols, rules.vol_window.max(2)),
            held: vec![],
            pending: vec![],
            session: 0,
            decision: 0,
            trades_on: targets.dates().iter().map(|t| later(t) + lag - 1).collect(),
            equity: rules.capital,
            peak: rules.capital,
        };
        // Before the first decision there are only prices to remember.
        let sessions = prices.dates();
        let first =
            targets.dates().first().map_or(sessions.len(), |t| sessions.partition_point(|d| d < t));
        while backtest.session < first {
            backtest.mark();
            backtest.session += 1;
        }
        backtest
    }

    /// Takes over the session's prices; returns the change in value of the positions.
    fn mark(&mut self) -> f64 {
        let mut pnl = 0.0;
        for (symbol, quote) in self.prices.section(self.session).iter() {
            if !quote.price.is_finite() {
                continue;
            }
            let name = &mut self.names[symbol];
            if name.price.is_finite() {
                self.volatility.push(symbol, quote.price / name.price - 1.0);
            }
            if name.units != 0.0 {
                pnl += name.units * (quote.price - name.price);
            }
            name.price = quote.price;
            name.seen = self.session;
            name.adv = if quote.adv > 0.0 { quote.adv } else { 0.0 };
        }
        pnl
    }

    /// Borrow accrued since the previous session, on the values then.
    fn borrow(&self) -> f64 {
        let Some(previous) = self.session.checked_sub(1) else { return 0.0 };
        let dates = self.prices.dates();
        let days = f64::from(dates[self.session] - dates[previous]);
        let short = |s: &u32| self.names[*s as usize].value().min(0.0).abs();
        let shorts = sum(self.held.iter().map(short));
        shorts * self.rules.borrow_rate * days / 365.0
    }

    /// Closes positions whose price has been missing for too long; returns how many.
    fn close_stale(&mut self) -> usize {
        let before = self.held.len();
        let (names, session, limit) = (&mut self.names, self.session, self.rules.stale_limit);
        let mut closed = vec![];
        self.held.retain(|s| {
            let name = &mut names[*s as usize];
            let keep = session - name.seen <= limit;
            if !keep {
                name.units = 0.0;
                name.target = 0.0;
                closed.push(*s);
            }
            keep
        });
        self.pending.retain(|s| closed.binary_search(s).is_err());
        before - self.held.len()
    }

    /// Takes over the decisions that trade on this session; the latest counts.
    fn take_decision(&mut self) {
        let mut latest = None;
        while self.trades_on.get(self.decision).is_some_and(|s| *s <= self.session) {
            latest = Some(self.decision);
            self.decision += 1;
        }
        let Some(latest) = latest else { return };
        for symbol in self.held.iter().chain(&self.pending) {
            self.names[*symbol as usize].target = 0.0;
        }
        let mut named = vec![];
        for (symbol, weight) in self.targets.section(latest).iter() {
            if weight.is_finite() && weight != 0.0 {
                self.names[symbol].target = weight;
                named.push(symbol as u32);
            }
        }
        self.pending = merged(&self.held, &named);
    }

    /// Trades what is pending at the session's prices; returns cost, traded and unfilled money, trades.
    fn trade(&mut self, equity: f64) -> (f64, f64, f64, usize) {
        let (mut cost, mut traded, mut unfilled, mut trades) = (0.0, 0.0, 0.0, 0);
        let mut left = vec![];
        let orders = std::mem::take(&mut self.pending);
        for &symbol in &orders {
            let name = &mut self.names[symbol as usize];
            let order = name.target * equity - name.value();
            if order == 0.0 || (name.target != 0.0 && order.abs() <= DUST * equity) {
                continue;
            }
            let tradable = name.seen == self.session;
            let most = if tradable { self.rules.max_participation * name.adv } else { 0.0 };
            let fill = order.clamp(-most, most);
            if fill != 0.0 {
                let sigma = self.volatility.sigma(symbol as usize).unwrap_or(UNKNOWN_SIGMA);
                cost += self.rules.cost.of(fill.abs(), sigma, name.adv);
                traded += fill.abs();
                trades += 1;
            }
            if fill == order {
                name.units = name.target * equity / name.price;
            } else {
                if fill != 0.0 {
                    name.units += fill / name.price;
                }
                unfilled += (order - fill).abs();
                left.push(symbol);
            }
        }
        self.pending = left;
        self.held = merged(&self.held, &orders);
        let names = &self.names;
        self.held.retain(|s| names[*s as usize].units != 0.0);
        (cost, traded, unfilled, trades)
    }
}

impl Iterator for Backtest<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        let date = *self.prices.dates().get(self.session)?;
        let before = self.equity;
        let borrow = self.borrow();
        let pnl = self.mark();
        let stale_closes = self.close_stale();
        let marked = before + pnl - borrow;
        let (cost, traded, unfilled, trades) = if before > 0.0 && marked > 0.0 {
            self.take_decision();
            self.trade(marked)
        } else {
            (0.0, 0.0, 0.0, 0)
        };
        let over_equity = |money: f64| if before > 0.0 { money / before } else { 0.0 };
        let (gross_return, cost_return, borrow_return) =
            (over_equity(pnl), over_equity(cost), over_equity(borrow));
        let net_return = gross_return - cost_return - borrow_return;
        self.equity = before * (1.0 + net_return);
        if self.equity <= 0.0 {
            // Ruin: positions end at this close and the account stays as it is.
            for symbol in self.held.drain(..) {
                self.names[symbol as usize].units = 0.0;
            }
            self.pending.clear();
        }
        self.peak = self.peak.max(self.equity);
        let value = |s: &u32| self.names[*s as usize].value();
        let exposure = |money: f64| if self.equity > 0.0 { money / self.equity } else { 0.0 };
        let day = Day {
            date,
            equity: self.equity,
            gross_return,
            cost_return,
            borrow_return,
            net_return,
            turnover: over_equity(traded),
            gross_exposure: exposure(sum(self.held.iter().map(|s| value(s).abs()))),
            net_exposure: exposure(sum(self.held.iter().map(value))),
            positions: self.held.len(),
            unfilled,
            drawdown: 1.0 - self.equity / self.peak,
            trades,
            stale_closes,
        };
        self.session += 1;
        Some(day)
    }
}

/// The sum; nothing sums to 0 where the standard library says −0.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, v| sum + v)
}

/// The union of two ascending lists.
fn merged(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// The last returns of every name.
#[derive(Debug)]
struct TrailingReturns {
    window: usize,
    /// [names × window], each name's returns in a ring.
    returns: Vec<f64>,
    pushed: Vec<usize>,
}

impl TrailingReturns {
    fn new(names: usize, window: usize) -> Self {
        Self { window, returns: vec![0.0; names * window], pushed: vec![0; names] }
    }

    fn push(&mut self, name: usize, ret: f64) {
        self.returns[name * self.window + self.pushed[name] % self.window] = ret;
        self.pushed[name] += 1;
    }

    /// The sample deviation (n − 1) of the returns kept; `None` below two.
    fn sigma(&self, name: usize) -> Option<f64> {
        let count = self.pushed[name].min(self.window);
        if count < 2 {
            return None;
        }
        let returns = &self.returns[name * self.window..][..count];
        let mean = returns.iter().sum::<f64>() / count as f64;
        let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
        Some((squares / (count - 1) as f64).sqrt())
    }
}
