//! Parabolic stop and reverse: a stop that follows the price, faster with each new extreme, and turns
//! to the other side once the price touches it. The first row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section II: stop ← stop + a·(extreme −
//! stop), not beyond the range of the last two rows; a grows by a step with each new extreme, to a
//! maximum. As TA-Lib, it begins in the second row, short if the low fell by more than the high rose,
//! with the first row's high (short) or low (long) as the stop.

use super::chunk;
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
    /// High and low of the row before.
    before: Option<[f64; 2]>,
    position: Option<Position>,
}

/// A position; where it is short all prices are their negatives, so that both sides are one: what is
/// good for it is up.
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

    fn side(&self, is_long: bool) -> Acceleration {
        if is_long { self.long } else { self.short }
    }

    /// The position of the second row.
    fn begin(&self, before: [f64; 2], now: [f64; 2]) -> Position {
        let (rose, fell) = (now[0] - before[0], before[1] - now[1]);
        let is_long = match self.start {
            0.0 => !(fell > 0.0 && fell > rose),
            start => start > 0.0,
        };
        let [_, first] = seen(is_long, before);
        let [extreme, _] = seen(is_long, now);
        let start = if is_long { self.start.abs() } else { -self.start.abs() };
        Position {
            is_long,
            stop: if self.start == 0.0 { first } else { start },
            extreme,
            acceleration: self.side(is_long).initial,
        }
    }

    /// Takes the next row of a position; gives the stop, as the position sees it.
    #[inline(always)]
    fn step(&self, position: &mut Position, before: [f64; 2], now: [f64; 2]) -> f64 {
        let [up, down] = seen(position.is_long, now);
        if down <= position.stop {
            return self.turn(position, before, now);
        }
        let stop = position.stop;
        let most = self.side(position.is_long).most;
        let faster = least(position.acceleration + self.side(position.is_long).step, most);
        let is_new = up > position.extreme;
        position.acceleration = if is_new { faster } else { position.acceleration };
        position.extreme = if is_new { up } else { position.extreme };
        position.follow(least(seen(position.is_long, before)[1], down));
        stop
    }

    /// The price touched the stop.
    #[inline(always)]
    fn turn(&self, position: &mut Position, before: [f64; 2], now: [f64; 2]) -> f64 {
        let is_long = !position.is_long;
        let [up, down] = seen(is_long, now);
        let floor = least(seen(is_long, before)[1], down);
        let stop = least(-position.extreme, floor);
        let away = stop * self.offset;
        let stop = if is_long { stop - away } else { stop + away };
        let acceleration = self.side(is_long).initial;
        *position = Position { is_long, stop, extreme: up, acceleration };
        position.follow(floor);
        stop
    }
}

impl Position {
    /// Moves the stop towards the extreme, not beyond the floor.
    #[inline(always)]
    fn follow(&mut self, floor: f64) {
        self.stop = least(self.stop + self.acceleration * (self.extreme - self.stop), floor);
    }
}

/// What a position sees of a row's high and low: how far it went its way, and against it.
#[inline(always)]
fn seen(is_long: bool, [high, low]: [f64; 2]) -> [f64; 2] {
    if is_long { [high, low] } else { [-low, -high] }
}

/// The lesser one, in one instruction.
#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

impl Kernel for Sar {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let ([high, low, ..], [output, ..]) = (inputs, outputs) else { return None };
        let (mut high, mut low) = (*high, *low);
        let is_first = self.before.is_none();
        if is_first && let Some((high, low)) = high.split_off_first().zip(low.split_off_first()) {
            output.push(f64::NAN);
            self.before = Some([*high, *low]);
        }
        let (Some(mut before), Some(now)) = (self.before, high.first().zip(low.first())) else {
            return Some(!is_first);
        };
        let mut position = match self.position {
            Some(position) => position,
            None => {
                let now = [*now.0, *now.1];
                let position = self.begin(before, now);
                // Its first row is its own day before.
                before = now;
                position
            }
        };
        // NaN once a price or a stop is not finite.
        let (mut nothing, mut stops) = (0.0, [0.0; chunk::ROWS]);
        output.reserve(high.len());
        for (high, low) in high.chunks(chunk::ROWS).zip(low.chunks(chunk::ROWS)) {
            for ((high, low), out) in high.iter().zip(low).zip(&mut stops) {
                let now = [*high, *low];
                let stop = self.step(&mut position, before, now);
                nothing += (now[0] * 0.0 + now[1] * 0.0) + stop * 0.0;
                *out = if self.signed || position.is_long { stop } else { -stop };
                before = now;
            }
            output.extend_from_slice(&stops[..high.len()]);
        }
        (self.before, self.position) = (Some(before), Some(position));
        Some(!is_first && nothing == 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_that_is_no_number_is_told_of() {
        for (column, row, wrong) in [(0, 3, f64::INFINITY), (1, 9, f64::NAN), (1, 0, f64::NAN)] {
            let mut bars = [vec![2.0; 10], vec![1.0; 10]];
            let mut kernel = Sar::new(0.02, 0.2);
            let mut next = |bars: &[Vec<f64>; 2]| {
                kernel.append(&bars.each_ref().map(Vec::as_slice), &mut [&mut vec![]])
            };
            // The first row has no stop.
            assert_eq!([next(&bars), next(&bars)], [Some(false), Some(true)]);
            bars[column][row] = wrong;
            assert_eq!(next(&bars), Some(false));
        }
    }
}
