//! What every picture has: an SVG element that says what it shows, axes, grid, labels.

use chrono::NaiveDate;

use super::axis::{Scale, date_ticks, days};
use crate::escape::html;

/// Width of a full picture, in user units.
pub const WIDTH: f64 = 960.0;

/// A picture under construction.
pub struct Frame {
    out: String,
}

impl Frame {
    /// Opens a picture of `width` × `height` whose title and description are read out to those who do
    /// not see it. `id` is unique in the page.
    pub fn open(id: &str, title: &str, description: &str, (width, height): (f64, f64)) -> Self {
        Self {
            out: format!(
                "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
                 <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>\n",
                html(title),
                html(description)
            ),
        }
    }

    /// Adds SVG markup.
    pub fn add(&mut self, markup: &str) {
        self.out += markup;
    }

    /// Adds `text`, escaped, at a place; `class` names its style: `start`, `middle` or `end` anchor it.
    pub fn text(&mut self, (x, y): (f64, f64), class: &str, text: &str) {
        self.out +=
            &format!("<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>", html(text));
    }

    /// A line from one place to another.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        self.out += &format!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>"
        );
    }

    /// A filled rectangle with a tooltip.
    pub fn bar(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), class: &str, tip: &str) {
        self.out += &format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" class=\"{class}\">\
             <title>{}</title></rect>\n",
            html(tip)
        );
    }

    /// Years or months along the bottom `y`, with grid lines up to `top`.
    pub fn dates(&mut self, scale: &Scale, start: NaiveDate, end: NaiveDate, (top, y): (f64, f64)) {
        for (date, label) in date_ticks(start, end, 9) {
            let x = scale.at(days(date));
            self.line((x, top), (x, y), "grid");
            self.text((x, y + 16.0), "tick middle", &label);
        }
        self.out.push('\n');
    }

    /// Labelled grid lines for the values of `scale`, from `left` to `right`.
    pub fn values(&mut self, scale: &Scale, percent: bool, (left, right): (f64, f64)) {
        for (value, label) in scale.ticks(5, percent) {
            let y = scale.at(value);
            self.line((left, y), (right, y), "grid");
            self.text((left - 7.0, y + 4.0), "tick end", &label);
        }
        self.out.push('\n');
    }

    /// The finished picture.
    pub fn close(mut self) -> String {
        self.out += "</svg>\n";
        self.out
    }
}
