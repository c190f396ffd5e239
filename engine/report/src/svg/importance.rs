//! Feature importance of one model as bars, the most important feature first.

use super::axis::{Scale, Spread};
use super::frame::Frame;
use super::shortened;
use crate::Importance;
use crate::number::finite;

const WIDTH: f64 = 470.0;
const LABELS: f64 = 168.0;
const ROW: f64 = 19.0;
const SHOWN: usize = 20;

/// The bars of `model`: each feature's share of the sum of absolute values. Negative values, such as
/// coefficients, are drawn in the colour of losses. `None` when the model has no weight at all.
pub fn importance_bars(
    id: &str,
    model: &str,
    colour: usize,
    rows: &[Importance],
) -> Option<String> {
    let mut features: Vec<(&str, f64)> = rows
        .iter()
        .filter(|row| row.model == model)
        .filter_map(|row| Some((row.feature.as_str(), finite(row.value)?)))
        .collect();
    let total: f64 = features.iter().map(|(_, value)| value.abs()).sum();
    if !(total > 0.0 && total.is_finite()) {
        return None;
    }
    // Names break ties, so that the order does not depend on the input's.
    features.sort_by(|left, right| {
        right.1.abs().total_cmp(&left.1.abs()).then_with(|| left.0.cmp(right.0))
    });
    let rest = features.len().saturating_sub(SHOWN);
    let highest = features[0].1.abs() / total;
    let count = features.len().min(SHOWN) + usize::from(rest > 0);
    let scale = Scale::new(Spread::Linear, (0.0, highest), (LABELS, WIDTH - 58.0));

    let description = format!(
        "Share of each feature in {model}; the largest is {} with {:.1} percent.",
        features[0].0,
        highest * 100.0
    );
    let size = (WIDTH, ROW * count as f64 + 8.0);
    let mut frame = Frame::open(id, &format!("Feature importance of {model}"), &description, size);
    for (place, (name, value)) in features.iter().take(SHOWN).enumerate() {
        let y = 4.0 + ROW * place as f64;
        let share = value.abs() / total;
        let end = scale.at(share);
        let class = if *value < 0.0 { "loss".to_owned() } else { format!("bar c{colour}") };
        frame.text((LABELS - 8.0, y + 13.5), "label end", &shortened(name, 22));
        frame.bar(
            (LABELS, y + 3.0),
            (end - LABELS, ROW - 6.0),
            &class,
            &format!("{name}: {value:.6}"),
        );
        let sign = if *value < 0.0 { "−" } else { "" };
        frame.text((end + 5.0, y + 13.5), "tick start", &format!("{sign}{:.1}%", share * 100.0));
    }
    if rest > 0 {
        let share: f64 =
            features.iter().skip(SHOWN).map(|(_, value)| value.abs()).sum::<f64>() / total;
        let y = 4.0 + ROW * SHOWN as f64;
        let text = format!("and {rest} more, {:.1}% together", share * 100.0);
        frame.text((LABELS, y + 13.5), "tick start", &text);
    }
    frame.line((LABELS, 4.0), (LABELS, 4.0 + ROW * features.len().min(SHOWN) as f64), "axis");
    Some(frame.close())
}
