//! A scan that was split for parallel reading, put together again.
//!
//! The parts of one sorted sequence of files follow one another: read in turn they are in order
//! without the merge that partitions need, row by row. A partitioning is declared of the result, for
//! else the optimizer splits any scan again, whatever its reader asks for.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::Partitioning;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};

/// The plan with one partition, if it reads files whose parts follow one another; else as it is.
pub(crate) fn unsplit(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        let config = scan.data_source().downcast_ref::<FileScanConfig>();
        let together = config.and_then(one_group);
        return Ok(together.unwrap_or_else(|| Arc::clone(plan)));
    }
    let children = plan.children();
    let ([true], [input]) = (plan.maintains_input_order().as_slice(), children.as_slice()) else {
        return Ok(Arc::clone(plan));
    };
    let input = unsplit(input)?;
    let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(vec![input], mode)
}

fn one_group(config: &FileScanConfig) -> Option<Arc<dyn ExecutionPlan>> {
    let order = config.output_ordering.first()?;
    let columns = order.iter().map(|e| Some(e.expr.downcast_ref::<Column>()?.index()));
    let columns = columns.collect::<Option<Vec<_>>>()?;
    let files: Vec<PartitionedFile> =
        config.file_groups.iter().flat_map(FileGroup::iter).cloned().collect();
    if !files.windows(2).all(|pair| follows(&pair[0], &pair[1], &columns)) {
        return None;
    }
    let files = files.into_iter().fold(vec![], joined);
    let config = FileScanConfigBuilder::from(config.clone())
        .with_file_groups(vec![FileGroup::new(files)])
        .with_output_partitioning(Some(Partitioning::UnknownPartitioning(1)))
        .build();
    Some(DataSourceExec::from_data_source(config))
}

/// Adds a file, or its part to the part of the same file before it: an order is believed of whole
/// files that follow one another, not of parts with the same statistics.
fn joined(mut files: Vec<PartitionedFile>, file: PartitionedFile) -> Vec<PartitionedFile> {
    if let Some(last) = files.last_mut()
        && last.object_meta.location == file.object_meta.location
        && let (Some(a), Some(b)) = (&mut last.range, &file.range)
        && a.end == b.start
    {
        a.end = b.end;
        return files;
    }
    files.push(file);
    files
}

/// Whether all rows of `a` come before those of `b`.
fn follows(a: &PartitionedFile, b: &PartitionedFile, columns: &[usize]) -> bool {
    if a.object_meta.location == b.object_meta.location {
        return match (&a.range, &b.range) {
            (Some(a), Some(b)) => a.end <= b.start,
            _ => false,
        };
    }
    // What a sorted file's statistics say of the sort columns are its first and last row.
    let end = |file: &PartitionedFile, last: bool| -> Option<Vec<ScalarValue>> {
        let statistics = file.statistics.as_ref()?;
        let value = |i: &usize| {
            let column = statistics.column_statistics.get(*i)?;
            let value = if last { &column.max_value } else { &column.min_value };
            value.get_value().cloned()
        };
        columns.iter().map(value).collect()
    };
    match (end(a, true), end(b, false)) {
        (Some(a), Some(b)) => a.partial_cmp(&b).is_some_and(std::cmp::Ordering::is_le),
        _ => false,
    }
}
