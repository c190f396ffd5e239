//! The Sharpe ratio of every counted trial, and what luck alone would have reached.

use super::axis::{Scale, Spread, range, round_range};
use super::frame::{Frame, WIDTH};
use super::{COLOURS, distinct, shortened};
use crate::Trial;
use crate::number::finite;

const TOP: f64 = 26.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = WIDTH - 24.0;
const RADIUS: f64 = 3.6;
/// The tallest pile of dots; more dots move closer together.
const PILE: f64 = 120.0;

/// One row of dots a model: x is the Sharpe ratio, equal ratios pile up. A ring marks reported
/// trials, a dashed line the `threshold`. `None` without trials.
pub fn trial_dots(trials: &[Trial], threshold: Option<f64>) -> Option<String> {
    let threshold = finite(threshold);
    let sharpes = trials.iter().filter_map(|trial| finite(trial.sharpe));
    let count = sharpes.clone().count();
    let bounds = range(sharpes)?;
    let bounds = range([bounds.0, bounds.1, 0.0].into_iter().chain(threshold))?;
    let x = Scale::new(Spread::Linear, round_range(bounds, 8), (LEFT, RIGHT));

    // Dots by model, then by column of one dot's width, left to right.
    let models = distinct(trials.iter().map(|trial| trial.model.as_str()));
    let rows: Vec<Vec<Vec<(f64, &Trial)>>> = models
        .iter()
        .map(|model| {
            let mut dots: Vec<(f64, &Trial)> = trials
                .iter()
                .filter(|trial| trial.model == *model)
                .filter_map(|trial| Some((finite(trial.sharpe)?, trial)))
                .collect();
            dots.sort_by(|left, right| left.0.total_cmp(&right.0));
            let column = |dot: &(f64, &Trial)| (x.at(dot.0) / (2.0 * RADIUS)).floor();
            dots.chunk_by(|left, right| column(left) == column(right)).map(<[_]>::to_vec).collect()
        })
        .collect();
    let piles: Vec<f64> =
        rows.iter().map(|row| row.iter().map(Vec::len).max().unwrap_or(1) as f64).collect();
    let step = |pile: f64| (2.0 * RADIUS + 0.8).min(PILE / pile);
    let heights: Vec<f64> =
        piles.iter().map(|pile| (step(*pile) * pile + 14.0).max(34.0)).collect();
    let bottom = TOP + heights.iter().sum::<f64>();

    let description = format!(
        "{count} trials. {}",
        threshold.map_or_else(String::new, |threshold| format!(
            "Without any skill the best of them is expected to reach {threshold:.2}."
        ))
    );
    let size = (WIDTH, bottom + 44.0);
    let mut frame = Frame::open("trials", "Sharpe ratio of each trial", &description, size);
    for (value, label) in x.ticks(8, false) {
        frame.line((x.at(value), TOP), (x.at(value), bottom), "grid");
        frame.text((x.at(value), bottom + 16.0), "tick middle", &label);
    }
    frame.text((f64::midpoint(LEFT, RIGHT), bottom + 36.0), "tick middle", "Sharpe ratio a year");
    let mut base = TOP;
    for (place, ((model, row), (pile, height))) in
        models.iter().zip(&rows).zip(piles.iter().zip(&heights)).enumerate()
    {
        base += height;
        frame.line((LEFT, base), (RIGHT, base), "axis");
        frame.text((LEFT - 10.0, base - 8.0), "label end", &shortened(model, 20));
        for column in row {
            for (level, (sharpe, trial)) in column.iter().enumerate() {
                let y = base - RADIUS - 1.0 - step(*pile) * level as f64;
                let ring = if trial.chosen { " chosen" } else { "" };
                frame.add(&format!(
                    "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" class=\"dot c{}{ring}\"><title>{sharpe:.3}</title></circle>",
                    x.at(*sharpe),
                    place % COLOURS
                ));
            }
        }
        frame.add("\n");
    }
    if let Some(threshold) = threshold {
        let at = x.at(threshold);
        frame.line((at, TOP - 8.0), (at, bottom), "threshold");
        let (anchor, shift) = if at > WIDTH / 2.0 { ("end", -5.0) } else { ("start", 5.0) };
        let label = format!("best of {count} without skill: {threshold:.2}");
        frame.text((at + shift, TOP - 10.0), &format!("label {anchor}"), &label);
    }
    Some(frame.close())
}
