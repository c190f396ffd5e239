//! The rows of one part of a report, read by column name.

use chrono::{Duration, NaiveDate};
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, SchemaRef};
use trademl_udfs::relation::did_you_mean;

use crate::error::{Error, Result};

/// A part and its rows.
#[derive(Debug)]
pub(super) struct Part {
    name: String,
    rows: RecordBatch,
}

impl Part {
    pub fn new(name: &str, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        Ok(Self { name: name.to_string(), rows: concat_batches(schema, batches)? })
    }

    /// The part of the given name.
    pub fn find<'a>(parts: &'a [Self], name: &str) -> Option<&'a Self> {
        parts.iter().find(|p| p.name == name)
    }

    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    fn column(
        &self,
        name: &str,
        data_type: &DataType,
    ) -> Result<datafusion::arrow::array::ArrayRef> {
        let Some(column) = self.rows.column_by_name(name) else {
            let schema = self.rows.schema();
            let known: Vec<_> = schema.fields().iter().map(|f| f.name().clone()).collect();
            return Err(Error::sql(format!(
                "EMIT DAILY: part '{}' has no column '{name}'{}, it has {}",
                self.name,
                did_you_mean(name, known.iter().map(String::as_str)),
                known.join(", ")
            )));
        };
        Ok(cast(column, data_type)?)
    }

    /// Numbers; NaN and infinity count as missing.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let column = self.column(name, &DataType::Float64)?;
        let numbers = column.as_primitive::<Float64Type>().iter();
        Ok(numbers.map(|v| v.filter(|v| v.is_finite())).collect())
    }

    /// Numbers of a column that may be absent.
    pub fn optional_numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        match self.rows.column_by_name(name) {
            Some(_) => self.numbers(name),
            None => Ok(vec![None; self.len()]),
        }
    }

    /// That there is one row, and no column but some of these.
    pub fn expect_one_row_of(&self, known: &[&str]) -> Result<()> {
        if self.len() != 1 {
            return Err(Error::sql(format!(
                "EMIT DAILY: part '{}' has {} rows, expected one: that of the day",
                self.name,
                self.len()
            )));
        }
        let schema = self.rows.schema();
        match schema.fields().iter().find(|field| !known.contains(&field.name().as_str())) {
            None => Ok(()),
            Some(field) => Err(Error::sql(format!(
                "EMIT DAILY: part '{}' has a column '{}'{}, known: {}",
                self.name,
                field.name(),
                did_you_mean(field.name(), known.iter().copied()),
                known.join(", ")
            ))),
        }
    }

    /// The number in the first row of a column that may be absent.
    pub fn first_number(&self, name: &str) -> Result<Option<f64>> {
        Ok(self.optional_numbers(name)?.first().copied().flatten())
    }

    /// Texts of a column that may be absent.
    pub fn optional_texts(&self, name: &str) -> Result<Vec<Option<String>>> {
        if self.rows.column_by_name(name).is_none() {
            return Ok(vec![None; self.len()]);
        }
        let column = self.column(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|t| t.map(str::to_string)).collect())
    }

    /// Texts.
    ///
    /// # Errors
    ///
    /// On a NULL.
    pub fn given_texts(&self, name: &str) -> Result<Vec<String>> {
        let column = self.column(name, &DataType::Utf8)?;
        match column.null_count() {
            0 => self.texts(name),
            nulls => Err(Error::sql(format!(
                "EMIT DAILY: part '{}': '{name}' is NULL in {nulls} rows",
                self.name
            ))),
        }
    }

    /// Texts; NULL as an empty one.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let column = self.column(name, &DataType::Utf8)?;
        let texts = column.as_string::<i32>().iter();
        Ok(texts.map(|t| t.unwrap_or_default().to_string()).collect())
    }

    /// Dates.
    ///
    /// # Errors
    ///
    /// On a NULL.
    pub fn dates(&self, name: &str) -> Result<Vec<NaiveDate>> {
        let column = self.column(name, &DataType::Date32)?;
        if column.null_count() > 0 {
            return Err(Error::sql(format!(
                "EMIT DAILY: part '{}': '{name}' is NULL in {} rows",
                self.name,
                column.null_count()
            )));
        }
        let days = column.as_primitive::<Date32Type>().values().iter();
        Ok(days.map(|d| NaiveDate::default() + Duration::days(i64::from(*d))).collect())
    }

    /// Truth values; NULL as false.
    pub fn flags(&self, name: &str) -> Result<Vec<bool>> {
        let column = self.column(name, &DataType::Boolean)?;
        Ok(column.as_boolean().iter().map(|v| v.unwrap_or(false)).collect())
    }
}
