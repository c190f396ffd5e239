//! Lines over time: wealth, drawdown, rolling Sharpe ratio.

use chrono::NaiveDate;

use super::axis::{Scale, Spread, days, range, round_range};
use super::downsample::{downsample, path};
use super::frame::{Frame, WIDTH};

const TOP: f64 = 10.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = WIDTH - 12.0;

/// User units that share the points kept of a long line.
const COLUMN: f64 = 2.0;

/// One line.
pub struct Line<'a> {
    /// Its colour and style, CSS class names.
    pub class: String,
    /// Its points.
    pub points: &'a [(NaiveDate, f64)],
}

/// A picture of lines over time.
pub struct LineChart<'a> {
    /// Unique in the page.
    pub id: &'a str,
    /// What it shows, read out and shown as tooltip.
    pub title: &'a str,
    /// More of the same, read out.
    pub description: String,
    /// Height, in user units.
    pub height: f64,
    /// How the values are spread; a logarithm needs values above 0, else the axis is linear.
    pub spread: Spread,
    /// Whether values are shares.
    pub percent: bool,
    /// A value that is drawn as a line of its own and always visible.
    pub reference: Option<f64>,
    /// Whether the area between line and reference is shaded.
    pub shaded: bool,
    /// Drawn in this order.
    pub lines: Vec<Line<'a>>,
}

impl LineChart<'_> {
    /// The picture; `None` without a line of two points.
    pub fn svg(&self) -> Option<String> {
        let drawn = || self.lines.iter().filter(|line| line.points.len() > 1);
        let points = || drawn().flat_map(|line| line.points.iter());
        let start = points().map(|(date, _)| *date).min()?;
        let end = points().map(|(date, _)| *date).max()?;
        let (low, high) = range(points().map(|(_, value)| *value).chain(self.reference))?;
        let spread = if low > 0.0 { self.spread } else { Spread::Linear };
        let bounds = match spread {
            Spread::Linear => round_range((low, high), 5),
            Spread::Log => (low / 1.04, high * 1.04),
        };
        let bottom = self.height - 26.0;
        let x = Scale::new(Spread::Linear, (days(start), days(end)), (LEFT, RIGHT));
        let y = Scale::new(spread, bounds, (bottom, TOP));

        let mut frame = Frame::open(self.id, self.title, &self.description, (WIDTH, self.height));
        frame.dates(&x, start, end, (TOP, bottom));
        frame.values(&y, self.percent, (LEFT, RIGHT));
        frame.line((LEFT, bottom), (RIGHT, bottom), "axis");
        if let Some(reference) = self.reference {
            frame.line((LEFT, y.at(reference)), (RIGHT, y.at(reference)), "zero");
        }
        for line in drawn() {
            let places: Vec<(f64, f64)> =
                line.points.iter().map(|&(date, value)| (x.at(days(date)), y.at(value))).collect();
            let kept = downsample(&places, COLUMN);
            let curve = path(&kept);
            if let (true, Some(reference), [first, .., last]) =
                (self.shaded, self.reference, kept.as_slice())
            {
                let base = y.at(reference);
                frame.add(&format!(
                    "<path class=\"area {}\" d=\"{curve}L{:.1} {base:.1}L{:.1} {base:.1}Z\"/>",
                    line.class, last.0, first.0
                ));
            }
            frame.add(&format!("<path class=\"line {}\" d=\"{curve}\"/>\n", line.class));
        }
        Some(frame.close())
    }
}
