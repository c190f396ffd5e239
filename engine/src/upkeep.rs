//! The grammar of table upkeep: `ALTER TABLE … ADD COLUMN` and `VACUUM`.

use datafusion::sql::sqlparser::ast::{
    AlterTable as SqlAlterTable, AlterTableOperation, ColumnDef, ColumnOption, ObjectName,
};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

use crate::parser::{has_word, unsupported, word};
use crate::statement::Kind;

/// `ALTER TABLE t ADD COLUMN [IF NOT EXISTS] name type`.
#[derive(Debug, Clone)]
pub(crate) struct AlterTable {
    pub table: ObjectName,
    pub column: ColumnDef,
    pub if_not_exists: bool,
}

/// `VACUUM t [RETAIN n HOURS] [DRY RUN]`.
#[derive(Debug, Clone)]
pub(crate) struct Vacuum {
    pub table: ObjectName,
    pub retain_hours: Option<u64>,
    pub dry_run: bool,
}

/// Ours of what the SQL parser knows of `ALTER TABLE`.
pub(crate) fn alter_table(alter: SqlAlterTable) -> Result<Kind, ParserError> {
    use AlterTableOperation as Change;
    let table = alter.name;
    let Ok([operation]) = <[AlterTableOperation; 1]>::try_from(alter.operations) else {
        return Err(unsupported("several changes in one ALTER TABLE; write one statement each"));
    };
    let refused = match operation {
        Change::AddColumn { column_def, if_not_exists, column_position: None, .. } => {
            let plain = |option: &ColumnOption| {
                matches!(option, ColumnOption::Null | ColumnOption::NotNull)
            };
            if let Some(extra) = column_def.options.iter().find(|o| !plain(&o.option)) {
                return Err(unsupported(&format!(
                    "{} of an added column; rows that are there have NULL in it: add it with name \
                     and type alone",
                    extra.option
                )));
            }
            return Ok(Kind::AlterTable(AlterTable { table, column: column_def, if_not_exists }));
        }
        Change::AddColumn { .. } => "a place for the new column; it comes last, name it in queries",
        Change::DropColumn { .. } => {
            "DROP COLUMN; leave the column out of your queries, or write CREATE TABLE … AS SELECT \
             the others"
        }
        Change::RenameColumn { .. } | Change::RenameTable { .. } => {
            "RENAME; name it anew in a view: CREATE VIEW v AS SELECT old AS new"
        }
        Change::AlterColumn { .. } | Change::ModifyColumn { .. } | Change::ChangeColumn { .. } => {
            "changing a column; ADD COLUMN another of the new type, or create a new table and \
             insert the rows cast to it"
        }
        _ => "this form of ALTER TABLE; write ALTER TABLE t ADD COLUMN name type",
    };
    Err(unsupported(refused))
}

/// Parses `VACUUM`, whose first word is next.
pub(crate) fn vacuum(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "VACUUM")?;
    let table = parser.parse_object_name(false)?;
    let mut retain_hours = None;
    if has_word(parser, "RETAIN") {
        word(parser, "RETAIN")?;
        retain_hours = Some(parser.parse_literal_uint()?);
        word(parser, "HOURS")?;
    }
    let dry_run = has_word(parser, "DRY");
    if dry_run {
        word(parser, "DRY")?;
        word(parser, "RUN")?;
    }
    Ok(Kind::Vacuum(Vacuum { table, retain_hours, dry_run }))
}

#[cfg(test)]
mod tests {
    use crate::parser::parse;

    #[test]
    fn upkeep_parses() {
        for sql in [
            "VACUUM t",
            "vacuum s.t retain 200 hours",
            "VACUUM t DRY RUN",
            "VACUUM s.t RETAIN 200 HOURS DRY RUN",
            "ALTER TABLE t ADD COLUMN x DOUBLE",
            "ALTER TABLE s.t ADD COLUMN IF NOT EXISTS x DECIMAL(10, 2)",
            "EXPLAIN VACUUM t",
            "EXPLAIN ALTER TABLE t ADD COLUMN x DOUBLE",
        ] {
            parse(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
    }

    #[test]
    fn what_is_refused_has_a_remedy() {
        for (sql, says) in [
            ("ALTER TABLE t DROP COLUMN x", "leave the column out of your queries"),
            ("ALTER TABLE t RENAME COLUMN x TO y", "in a view"),
            ("ALTER TABLE t RENAME TO u", "in a view"),
            ("ALTER TABLE t ALTER COLUMN x SET DATA TYPE INT", "cast"),
            ("ALTER TABLE t ADD COLUMN x INT DEFAULT 3", "name and type alone"),
            ("ALTER TABLE t ADD COLUMN x INT, ADD COLUMN y INT", "one statement each"),
            ("VACUUM t RETAIN 5 DAYS", "HOURS"),
            ("VACUUM", "identifier"),
        ] {
            let error = parse(sql).unwrap_err();
            assert!(error.message.contains(says), "{sql}: {error}");
        }
    }
}
