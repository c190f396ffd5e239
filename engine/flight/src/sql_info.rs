//! What the server says about itself: `GetSqlInfo` and the types of `GetXdbcTypeInfo`.

use std::sync::LazyLock;

use arrow_flight::error::FlightError;
use arrow_flight::sql::metadata::{
    SqlInfoData, SqlInfoDataBuilder, XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder,
};
use arrow_flight::sql::{
    Nullable, Searchable, SqlInfo, SqlNullOrdering, SqlSupportedCaseSensitivity,
    SqlSupportedTransaction, XdbcDataType, XdbcDatetimeSubcode,
};
use datafusion::arrow::ARROW_VERSION;
use tonic::Status;

use crate::status::internal;

/// All we tell about the server, by number.
pub(crate) fn sql_info() -> Result<&'static SqlInfoData, Status> {
    static INFO: LazyLock<Result<SqlInfoData, FlightError>> = LazyLock::new(build_sql_info);
    INFO.as_ref().map_err(|error| internal("server information", error))
}

fn build_sql_info() -> Result<SqlInfoData, FlightError> {
    let mut info = SqlInfoDataBuilder::new();
    info.append(SqlInfo::FlightSqlServerName, "trademl-sql");
    info.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    info.append(SqlInfo::FlightSqlServerArrowVersion, ARROW_VERSION);
    for (name, answer) in [
        (SqlInfo::FlightSqlServerReadOnly, false),
        (SqlInfo::FlightSqlServerSql, true),
        (SqlInfo::FlightSqlServerSubstrait, false),
        (SqlInfo::FlightSqlServerCancel, true),
        (SqlInfo::FlightSqlServerBulkIngestion, true),
        (SqlInfo::FlightSqlServerIngestTransactionsSupported, false),
        (SqlInfo::SqlDdlCatalog, false),
        (SqlInfo::SqlDdlSchema, false),
        (SqlInfo::SqlDdlTable, true),
        (SqlInfo::SqlAllTablesAreSelectable, true),
        (SqlInfo::SqlSupportsColumnAliasing, true),
        (SqlInfo::SqlNullPlusNullIsNull, true),
        (SqlInfo::SqlSupportsTableCorrelationNames, true),
        (SqlInfo::SqlSupportsDifferentTableCorrelationNames, false),
        (SqlInfo::SqlSupportsExpressionsInOrderBy, true),
        (SqlInfo::SqlSupportsOrderByUnrelated, true),
        (SqlInfo::SqlSupportsLikeEscapeClause, true),
        (SqlInfo::SqlSupportsNonNullableColumns, true),
        (SqlInfo::SqlSupportsIntegrityEnhancementFacility, false),
        (SqlInfo::SqlCatalogAtStart, true),
        (SqlInfo::SqlSelectForUpdateSupported, false),
        (SqlInfo::SqlStoredProceduresSupported, false),
        (SqlInfo::SqlCorrelatedSubqueriesSupported, true),
        (SqlInfo::SqlTransactionsSupported, false),
        (SqlInfo::SqlBatchUpdatesSupported, true),
        (SqlInfo::SqlSavepointsSupported, false),
        (SqlInfo::SqlNamedParametersSupported, true),
    ] {
        info.append(name, answer);
    }
    for (name, number) in [
        (SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32),
        (SqlInfo::FlightSqlServerStatementTimeout, 0),
        (SqlInfo::FlightSqlServerTransactionTimeout, 0),
        // Names in plain SQL are folded to lower case, quoted names are kept.
        (
            SqlInfo::SqlIdentifierCase,
            SqlSupportedCaseSensitivity::SqlCaseSensitivityLowercase as i32,
        ),
        (
            SqlInfo::SqlQuotedIdentifierCase,
            SqlSupportedCaseSensitivity::SqlCaseSensitivityUnknown as i32,
        ),
        (SqlInfo::SqlNullOrdering, SqlNullOrdering::SqlNullsSortedHigh as i32),
    ] {
        info.append(name, number);
    }
    for (name, number) in
        [(SqlInfo::SqlMaxStatementLength, 1_i64 << 20), (SqlInfo::SqlMaxStatements, 256)]
    {
        info.append(name, number);
    }
    for (name, text) in [
        (SqlInfo::SqlIdentifierQuoteChar, "\""),
        (SqlInfo::SqlSearchStringEscape, "\\"),
        (SqlInfo::SqlExtraNameCharacters, ""),
        (SqlInfo::SqlSchemaTerm, "schema"),
        (SqlInfo::SqlProcedureTerm, "procedure"),
        (SqlInfo::SqlCatalogTerm, "lake"),
    ] {
        info.append(name, text);
    }
    for (name, words) in [
        (SqlInfo::SqlKeywords, KEYWORDS),
        (SqlInfo::SqlNumericFunctions, NUMERIC),
        (SqlInfo::SqlStringFunctions, STRING),
        (SqlInfo::SqlSystemFunctions, &["coalesce", "nullif", "version"][..]),
        (SqlInfo::SqlDatetimeFunctions, DATETIME),
    ] {
        info.append(name, words);
    }
    info.build()
}

/// Words of ours beside those of SQL:2003, as JDBC asks for them.
const KEYWORDS: &[&str] = &[
    "asof",
    "audit",
    "emit",
    "event_time",
    "include",
    "match_condition",
    "model",
    "pit",
    "promote",
    "tolerance",
    "version",
];
const NUMERIC: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "degrees", "exp", "floor", "ln",
    "log10", "pi", "power", "radians", "random", "round", "signum", "sin", "sqrt", "tan", "trunc",
];
const STRING: &[&str] = &[
    "ascii", "chr", "concat", "left", "length", "lower", "lpad", "ltrim", "repeat", "replace",
    "right", "rpad", "rtrim", "strpos", "substr", "trim", "upper",
];
const DATETIME: &[&str] =
    &["current_date", "date_bin", "date_part", "date_trunc", "now", "to_timestamp"];

/// The SQL types, for ODBC and Power BI.
pub(crate) fn types() -> Result<&'static XdbcTypeInfoData, Status> {
    static TYPES: LazyLock<Result<XdbcTypeInfoData, FlightError>> = LazyLock::new(build_types);
    TYPES.as_ref().map_err(|error| internal("type information", error))
}

fn build_types() -> Result<XdbcTypeInfoData, FlightError> {
    let mut types = XdbcTypeInfoDataBuilder::new();
    let mut number = |name: &str, data_type, size, radix| {
        types.append(XdbcTypeInfo {
            unsigned_attribute: Some(false),
            num_prec_radix: Some(radix),
            auto_increment: Some(false),
            ..described(name, data_type, size)
        });
    };
    number("TINYINT", XdbcDataType::XdbcTinyint, 8, 2);
    number("SMALLINT", XdbcDataType::XdbcSmallint, 16, 2);
    number("INTEGER", XdbcDataType::XdbcInteger, 32, 2);
    number("BIGINT", XdbcDataType::XdbcBigint, 64, 2);
    number("REAL", XdbcDataType::XdbcReal, 24, 2);
    number("DOUBLE", XdbcDataType::XdbcDouble, 53, 2);
    let quoted = |of: XdbcTypeInfo, prefix: &str| XdbcTypeInfo {
        literal_prefix: Some(prefix.to_owned()),
        literal_suffix: Some("'".to_owned()),
        ..of
    };
    types.append(XdbcTypeInfo {
        create_params: Some(vec!["precision".to_owned(), "scale".to_owned()]),
        fixed_prec_scale: true,
        unsigned_attribute: Some(false),
        minimum_scale: Some(0),
        maximum_scale: Some(38),
        num_prec_radix: Some(10),
        ..described("DECIMAL", XdbcDataType::XdbcDecimal, 38)
    });
    types.append(described("BOOLEAN", XdbcDataType::XdbcBit, 1));
    types.append(XdbcTypeInfo {
        case_sensitive: true,
        ..quoted(described("VARCHAR", XdbcDataType::XdbcVarchar, i32::MAX), "'")
    });
    types.append(quoted(described("VARBINARY", XdbcDataType::XdbcVarbinary, i32::MAX), "X'"));
    types.append(quoted(described("DATE", XdbcDataType::XdbcDate, 10), "DATE '"));
    types.append(quoted(described("TIME", XdbcDataType::XdbcTime, 15), "TIME '"));
    let stamp = described("TIMESTAMP", XdbcDataType::XdbcTimestamp, 29);
    types.append(XdbcTypeInfo {
        minimum_scale: Some(0),
        maximum_scale: Some(9),
        datetime_subcode: Some(XdbcDatetimeSubcode::XdbcSubcodeTimestamp),
        ..quoted(stamp, "TIMESTAMP '")
    });
    types.build()
}

fn described(name: &str, data_type: XdbcDataType, size: i32) -> XdbcTypeInfo {
    XdbcTypeInfo {
        type_name: name.to_owned(),
        data_type,
        sql_data_type: data_type,
        column_size: Some(size),
        nullable: Nullable::NullabilityNullable,
        searchable: Searchable::Full,
        local_type_name: Some(name.to_owned()),
        ..XdbcTypeInfo::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The four that flightsql-dbapi asks for and the one that ADBC does, all others on request.
    #[test]
    fn what_clients_ask_for_is_answered() {
        let info = sql_info().unwrap();
        assert_eq!(info.record_batch([0, 2, 3, 508]).unwrap().num_rows(), 4);
        assert_eq!(info.record_batch([8]).unwrap().num_rows(), 1);
        assert!(info.record_batch([]).unwrap().num_rows() > 40);
        assert_eq!(info.record_batch([100_000]).unwrap().num_rows(), 0);
    }

    #[test]
    fn types_are_found_by_number() {
        let types = types().unwrap();
        assert_eq!(types.record_batch(None).unwrap().num_rows(), 13);
        assert_eq!(types.record_batch(XdbcDataType::XdbcDouble as i32).unwrap().num_rows(), 1);
    }
}
