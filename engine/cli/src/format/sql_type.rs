//! SQL spelling of Arrow types, as headers and `\d` show them.

use arrow::datatypes::{DataType, IntervalUnit};

/// The name an analyst would write in `CREATE TABLE` or a cast: `bigint`, `timestamptz`, `double[]`.
pub fn sql_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "null".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Int8 => "tinyint".into(),
        DataType::Int16 => "smallint".into(),
        DataType::Int32 => "int".into(),
        DataType::Int64 => "bigint".into(),
        DataType::UInt8 => "tinyint unsigned".into(),
        DataType::UInt16 => "smallint unsigned".into(),
        DataType::UInt32 => "int unsigned".into(),
        DataType::UInt64 => "bigint unsigned".into(),
        DataType::Float16 => "half".into(),
        DataType::Float32 => "real".into(),
        DataType::Float64 => "double".into(),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => format!("decimal({p},{s})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "varchar".into(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "bytea".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Time32(_) | DataType::Time64(_) => "time".into(),
        DataType::Timestamp(_, None) => "timestamp".into(),
        DataType::Timestamp(_, Some(_)) => "timestamptz".into(),
        DataType::Duration(_) => "duration".into(),
        DataType::Interval(
            IntervalUnit::YearMonth | IntervalUnit::DayTime | IntervalUnit::MonthDayNano,
        ) => "interval".into(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("{}[]", sql_type(item.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|f| format!("{} {}", f.name(), sql_type(f.data_type())))
                .collect();
            format!("struct({})", fields.join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                format!(
                    "map({}, {})",
                    sql_type(fields[0].data_type()),
                    sql_type(fields[1].data_type())
                )
            }
            other => format!("map({})", sql_type(other)),
        },
        DataType::Dictionary(_, value) => sql_type(value),
        DataType::RunEndEncoded(_, value) => sql_type(value.data_type()),
        DataType::Union(..) => "union".into(),
    }
}

/// Numbers are set flush right, so that magnitudes compare by eye.
pub fn is_number(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_number(value),
        other => other.is_numeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::{Field, TimeUnit};

    #[test]
    fn nested_types_are_spelled_out() {
        let item = Field::new("item", DataType::Float64, true);
        assert_eq!(sql_type(&DataType::new_list(DataType::Float64, true)), "double[]");
        assert_eq!(sql_type(&DataType::Struct(vec![item].into())), "struct(item double)");
        assert_eq!(
            sql_type(&DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
            "timestamptz"
        );
        assert_eq!(
            sql_type(&DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))),
            "varchar"
        );
    }
}
