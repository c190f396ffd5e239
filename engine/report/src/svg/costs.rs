//! What trading cost each strategy, stacked by kind.

use super::axis::{Scale, Spread, round_range};
use super::frame::{Frame, WIDTH};
use super::{COLOURS, distinct, shortened};
use crate::CostItem;
use crate::number::{finite, fixed};

const TOP: f64 = 6.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = WIDTH - 90.0;
const ROW: f64 = 34.0;

/// The kinds of cost in the order of their colours.
pub fn cost_kinds(items: &[CostItem]) -> Vec<&str> {
    distinct(items.iter().map(|item| item.kind.as_str()))
}

/// One bar a strategy, its parts the kinds of cost. Rebates (negative costs) count in the total and
/// have no part. `None` without a cost above 0.
pub fn cost_bars(items: &[CostItem]) -> Option<String> {
    let strategies = distinct(items.iter().map(|item| item.strategy.as_str()));
    let kinds = cost_kinds(items);
    let sum = |strategy: &str, kind: Option<&str>| -> f64 {
        items
            .iter()
            .filter(|item| item.strategy == strategy && kind.is_none_or(|kind| item.kind == kind))
            .filter_map(|item| finite(item.bps_per_year))
            .sum()
    };
    let drawn = |strategy: &str, kind: &str| sum(strategy, Some(kind)).max(0.0);
    let longest = strategies
        .iter()
        .map(|strategy| kinds.iter().map(|kind| drawn(strategy, kind)).sum::<f64>())
        .fold(0.0, f64::max);
    if !(longest > 0.0 && longest.is_finite()) {
        return None;
    }
    let x = Scale::new(Spread::Linear, round_range((0.0, longest), 6), (LEFT, RIGHT));
    let bottom = TOP + ROW * strategies.len() as f64;

    let totals: Vec<String> = strategies
        .iter()
        .map(|strategy| format!("{strategy} {} basis points a year", fixed(sum(strategy, None), 1)))
        .collect();
    let size = (WIDTH, bottom + 44.0);
    let mut frame = Frame::open("costs", "Trading costs by kind", &totals.join("; "), size);
    for (value, label) in x.ticks(6, false) {
        frame.line((x.at(value), TOP), (x.at(value), bottom), "grid");
        frame.text((x.at(value), bottom + 16.0), "tick middle", &label);
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    frame.text((middle, bottom + 36.0), "tick middle", "basis points of capital a year");
    for (place, strategy) in strategies.iter().enumerate() {
        let y = TOP + ROW * place as f64 + 7.0;
        frame.text((LEFT - 10.0, y + 14.0), "label end", &shortened(strategy, 20));
        let mut before = 0.0;
        for (colour, kind) in kinds.iter().enumerate() {
            let value = drawn(strategy, kind);
            if value > 0.0 {
                let (from, to) = (x.at(before), x.at(before + value));
                let tip = format!("{strategy}, {kind}: {} bps a year", fixed(value, 1));
                let class = format!("bar c{}", colour % COLOURS);
                frame.bar((from, y), (to - from, ROW - 14.0), &class, &tip);
            }
            before += value;
        }
        let total = format!("{} bps", fixed(sum(strategy, None), 1));
        frame.text((x.at(before) + 8.0, y + 14.0), "label start", &total);
    }
    frame.line((LEFT, TOP), (LEFT, bottom), "axis");
    Some(frame.close())
}
