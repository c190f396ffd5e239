//! Parabolic stop and reverse: a stop that follows the price, faster with each new extreme, and turns
//! to the other side once the price touches it. The first row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section II: stop ← stop + a·(extreme −
//! stop), not beyond the range of the last two rows; a grows by a step with each new extreme, to a
//! maximum. As TA-Lib, it begins in the second row, short if the low fell by more than the high rose,
//! with the first row's high (short) or low (long) as the stop.

use super::filter::each_row;
use crate::kernel::Kernel;

/// How fast the stop of one side moves.
#[derive(Debug, Clone, Copy)]
pub struct Acceleration {
    /// At first, and after a turn.
    pub initial: f64,
    /// More with each new extreme.
    pub step: f64,
    /// At the most.
    pub most: f64,
}

impl Acceleration {
    /// With the first two bounded by the third.
    fn bounded(self) -> Self {
        let Self { initial, step, most } = self;
        Self { initial: initial.min(most), step: step.min(most), most }
    }
}

/// The stop; inputs high and low.
#[derive(Debug, Clone)]
pub struct Sar {
    start: f64,
    offset: f64,
    long: Acceleration,
    short: Acceleration,
    /// Stops of short positions are given as negative numbers.
    signed: bool,
    before: Option<(f64, f64)>,
    position: Option<Position>,
}

#[derive(Debug, Clone, Copy)]
struct Position {
    is_long: bool,
    stop: f64,
    extreme: f64,
    acceleration: f64,
}

impl Sar {
    /// Wilder's, both sides alike.
    pub fn new(step: f64, most: f64) -> Self {
        let both = Acceleration { initial: step, step, most };
        Self { signed: false, ..Self::extended(0.0, 0.0, both, both) }
    }

    /// TA-Lib's SAREXT: from a stop of `start`, long if positive, short if negative, by the rule
    /// above if 0; with the stop of a turn moved away by the share `offset`. Short stops are
    /// negative.
    pub fn extended(start: f64, offset: f64, long: Acceleration, short: Acceleration) -> Self {
        let (long, short) = (long.bounded(), short.bounded());
        Self { start, offset, long, short, signed: true, before: None, position: None }
    }

    fn update(&mut self, high: f64, low: f64) -> Option<f64> {
        let (high_before, low_before) = self.before.replace((high, low))?;
        // The first row of a position is its own day before.
        let (position, (high_before, low_before)) = match self.position {
            Some(position) => (position, (high_before, low_before)),
            None => (self.begin((high_before, low_before), (high, low)), (high, low)),
        };
        let Position { is_long, mut stop, mut extreme, mut acceleration } = position;
        let above = |stop: f64| stop.max(high_before).max(high);
        let below = |stop: f64| stop.min(low_before).min(low);
        let turned = if is_long { low <= stop } else { high >= stop };
        let is_long = is_long != turned;
        let side = if is_long { self.long } else { self.short };
        if turned {
            stop = if is_long { below(extreme) } else { above(extreme) };
            stop += if is_long { -stop * self.offset } else { stop * self.offset };
        }
        let shown = if self.signed && !is_long { -stop } else { stop };
        if turned {
            extreme = if is_long { high } else { low };
            acceleration = side.initial;
        } else if if is_long { high > extreme } else { low < extreme } {
            extreme = if is_long { high } else { low };
            acceleration = (acceleration + side.step).min(side.most);
        }
        stop += acceleration * (extreme - stop);
        stop = if is_long { below(stop) } else { above(stop) };
        self.position = Some(Position { is_long, stop, extreme, acceleration });
        Some(shown)
    }

    /// The position of the second row.
    fn begin(&self, before: (f64, f64), now: (f64, f64)) -> Position {
        let (rose, fell) = (now.0 - before.0, before.1 - now.1);
        let is_long = match self.start {
            0.0 => !(fell > 0.0 && fell > rose),
            start => start > 0.0,
        };
        let first = if is_long { before.1 } else { before.0 };
        Position {
            is_long,
            stop: if self.start == 0.0 { first } else { self.start.abs() },
            extreme: if is_long { now.0 } else { now.1 },
            acceleration: if is_long { self.long.initial } else { self.short.initial },
        }
    }
}

impl Kernel for Sar {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low).map(|stop| [stop]));
    }
}
