//! Durations and sizes as people write them: `90`, `30s`, `5m`, `1h`; `512MiB`, `2GB`.

use std::time::Duration;

/// Reads a duration; a bare number is seconds, zero means no limit.
pub fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => f64::NAN,
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .ok_or_else(|| {
            format!(
                "'{text}' is not a duration, expected a number with ms, s, m, h or d, as in 30s"
            )
        })
}

/// Reads a number of bytes; zero means no limit.
pub fn bytes(text: &str) -> Result<usize, String> {
    let (number, unit) = split(text);
    let scale: Option<f64> = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => Some(1.0),
        "k" | "kb" => Some(1e3),
        "m" | "mb" => Some(1e6),
        "g" | "gb" => Some(1e9),
        "t" | "tb" => Some(1e12),
        "kib" => Some(1024.0),
        "mib" => Some(1024.0 * 1024.0),
        "gib" => Some(1024.0 * 1024.0 * 1024.0),
        "tib" => Some(1024.0 * 1024.0 * 1024.0 * 1024.0),
        _ => None,
    };
    match (number.parse::<f64>(), scale) {
        (Ok(number), Some(scale)) if number.is_finite() && number >= 0.0 => {
            Ok((number * scale) as usize)
        }
        _ => Err(format!(
            "'{text}' is not a size, expected bytes or a number with kB, MB, GB, KiB, MiB or GiB"
        )),
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    (text[..at].trim_end(), &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("250 ms"), Ok(Duration::from_millis(250)));
        for bad in ["", "s", "-1s", "5 parsecs", "nan"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes("512MiB"), Ok(536_870_912));
        assert_eq!(bytes("2 GB"), Ok(2_000_000_000));
        assert_eq!(bytes("0"), Ok(0));
        for bad in ["", "GB", "-1", "1e999", "3 pages"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
    }
}
