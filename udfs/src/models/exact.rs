//! Floats in JSON that read back to the same bits.
//!
//! JSON parsers may miss the last bit of a number and have no NaN or infinity, so floats are written
//! as text: the shortest decimals that give the same double.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{SerializeSeq, Serializer};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(super) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{value:?}"))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    parsed(&String::deserialize(from)?)
}

fn parsed<E: Error>(text: &str) -> Result<f64, E> {
    text.parse().map_err(|_| E::custom(format!("was '{text}', expected a number as text")))
}

/// The same for a value that may be missing.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Serializer, parsed};

    #[expect(clippy::ref_option, reason = "serde passes references")]
    pub fn serialize<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, to),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| parsed(&text)).transpose()
    }
}

/// The same for a list.
pub(super) mod list {
    use super::{Deserialize, Deserializer, SerializeSeq, Serializer, parsed};

    pub fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(values.len()))?;
        for value in values {
            list.serialize_element(&format!("{value:?}"))?;
        }
        list.end()
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|text| parsed(text)).collect()
    }
}
