//! Numbers as readers see them: fixed digits, "–" for what is not there, never "-0".

/// What stands for a value that is absent or not finite.
pub const ABSENT: &str = "–";

/// `value` with `digits` decimals.
pub fn decimal(value: Option<f64>, digits: usize) -> String {
    finite(value).map_or_else(|| ABSENT.to_owned(), |value| fixed(value, digits))
}

/// A share as a percentage with `digits` decimals, such as `12.3 %` for 0.123.
pub fn percent(value: Option<f64>, digits: usize) -> String {
    finite(value).map_or_else(
        || ABSENT.to_owned(),
        |value| format!("{}\u{a0}%", fixed(value * 100.0, digits)),
    )
}

/// An amount of money in whole units, thousands set apart by thin spaces.
pub fn money(value: Option<f64>) -> String {
    let Some(value) = finite(value) else { return ABSENT.to_owned() };
    let text = fixed(value, 0);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let mut out = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `value` rounded to `digits` decimals, for JSON. `None` when not finite.
pub fn rounded(value: Option<f64>, digits: usize) -> Option<f64> {
    fixed(finite(value)?, digits).parse().ok()
}

/// `value` with `digits` decimals and without the sign of a rounded zero.
pub fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// `value` where it is a number.
pub fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_values_are_dashes() {
        for value in [None, Some(f64::NAN), Some(f64::INFINITY), Some(f64::NEG_INFINITY)] {
            assert_eq!(decimal(value, 2), "–");
            assert_eq!(percent(value, 1), "–");
            assert_eq!(money(value), "–");
            assert_eq!(rounded(value, 3), None);
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(-0.0, 0), "0");
        assert_eq!(fixed(-0.006, 2), "-0.01");
        assert_eq!(rounded(Some(-1e-9), 4).map(f64::to_bits), Some(0));
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(money(Some(1_234_567.4)), "1\u{202f}234\u{202f}567");
        assert_eq!(money(Some(-987.6)), "-988");
        assert_eq!(money(Some(100_000.0)), "100\u{202f}000");
    }
}
