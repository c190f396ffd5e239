//! Which files the log's statistics rule out.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use crate::data_file::{Bounds, DataFile};

/// The files that may hold rows for which all `filters` are true.
pub(crate) fn pruned<'a>(
    files: &'a [DataFile],
    schema: &SchemaRef,
    filters: &[Expr],
    session: &dyn Session,
) -> Result<Vec<&'a DataFile>> {
    let all = || files.iter().collect();
    let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(all()) };
    let names = DFSchema::try_from(Arc::clone(schema))?;
    let Ok(physical) = session.create_physical_expr(filter, &names) else { return Ok(all()) };
    let Ok(predicate) =
        PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema)).try_build(physical)
    else {
        return Ok(all());
    };
    let keep = predicate.prune(&FileBounds { schema, files })?;
    Ok(files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| file).collect())
}

/// The files' bounds as pruning reads them.
struct FileBounds<'a> {
    schema: &'a SchemaRef,
    files: &'a [DataFile],
}

impl FileBounds<'_> {
    fn array(
        &self,
        column: &Column,
        value: impl Fn(&Bounds) -> Option<&ScalarValue>,
    ) -> Option<ArrayRef> {
        let i = self.schema.index_of(&column.name).ok()?;
        let null = ScalarValue::try_new_null(self.schema.field(i).data_type()).ok()?;
        let values = self.files.iter().map(|f| value(&f.bounds[i]).unwrap_or(&null).clone());
        ScalarValue::iter_to_array(values).ok()
    }
}

impl PruningStatistics for FileBounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.array(column, |b| b.min.as_ref())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.array(column, |b| b.max.as_ref())
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let i = self.schema.index_of(&column.name).ok()?;
        let counts: UInt64Array = self.files.iter().map(|f| f.bounds[i].nulls).collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts: UInt64Array = self.files.iter().map(|f| f.rows).collect();
        Some(Arc::new(counts))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
