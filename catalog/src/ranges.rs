//! Sorted files that overlap, read side by side in ranges of their identities: each range is merged
//! for itself, and no identity is in two.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::config::ConfigOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, FileSource, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{Column, binary, lit};
use datafusion::physical_expr::utils::conjunction_opt;
use datafusion::physical_expr::{Partitioning, PhysicalExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};

type Identity = Vec<ScalarValue>;

/// The plan, which reads several chains of files, once for each of some ranges of about the same
/// size; as it is if its files cannot be told apart so, or `groups`, whose rows must stay together,
/// are not identities.
pub(crate) fn by_ranges(
    plan: Arc<dyn ExecutionPlan>,
    groups: &[Arc<dyn PhysicalExpr>],
    options: &ConfigOptions,
) -> Result<Vec<Arc<dyn ExecutionPlan>>> {
    let name = |e: &Arc<dyn PhysicalExpr>| e.downcast_ref::<Column>().map(|c| c.name().to_owned());
    let of_scan = |config: &&FileScanConfig| {
        let identity = identity(config).unwrap_or_default();
        let identity = identity.iter().map(|column| Some(column.name().to_owned()));
        groups.iter().map(name).eq(identity)
    };
    let config = scan(&plan).filter(of_scan);
    let cuts = config.and_then(|config| cuts(config, options)).unwrap_or_default();
    let (mut from, mut parts) = (None, vec![]);
    for to in cuts.iter().map(Some).chain([None]) {
        if from.is_none() && to.is_none() {
            return Ok(vec![plan]);
        }
        parts.push(within(&plan, from, to)?);
        from = to;
    }
    Ok(parts)
}

/// The scan below nodes that keep the rows' order.
fn scan(plan: &Arc<dyn ExecutionPlan>) -> Option<&FileScanConfig> {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        return scan.data_source().downcast_ref::<FileScanConfig>();
    }
    match (plan.maintains_input_order().as_slice(), plan.children().as_slice()) {
        ([true], [input]) => scan(input),
        _ => None,
    }
}

fn parquet(config: &FileScanConfig) -> Option<&ParquetSource> {
    (config.file_source().as_ref() as &dyn Any).downcast_ref()
}

/// The columns of the table that are a row's identity: those it is sorted by but `known_at`.
fn identity(config: &FileScanConfig) -> Option<Vec<Column>> {
    let order = config.output_ordering.first()?;
    let columns = order.iter().map(|e| e.expr.downcast_ref::<Column>().cloned());
    let mut columns = columns.collect::<Option<Vec<_>>>()?;
    columns.pop()?;
    Some(columns)
}

/// The first and the last identity of a file: what its statistics say of the columns.
fn ends(file: &PartitionedFile, identity: &[Column]) -> Option<Range<Identity>> {
    let columns = &file.statistics.as_ref()?.column_statistics;
    let ends = identity.iter().map(|column| {
        let of_column = columns.get(column.index())?;
        Some((of_column.min_value.get_value()?.clone(), of_column.max_value.get_value()?.clone()))
    });
    let (first, last): (Identity, Identity) = ends.collect::<Option<Vec<_>>>()?.into_iter().unzip();
    Some(first..last)
}

/// Identities at which files begin and that part the bytes about evenly.
fn cuts(config: &FileScanConfig, options: &ConfigOptions) -> Option<Vec<Identity>> {
    let target = options.execution.target_partitions;
    if config.file_groups.len() < 2 || config.output_partitioning.is_some() {
        return None;
    }
    // A source that only prunes by its predicate would give rows of other ranges too.
    if !parquet(config)?.table_parquet_options().global.pushdown_filters {
        return None;
    }
    let identity = identity(config)?;
    let files = config.file_groups.iter().flat_map(FileGroup::iter);
    let files = files.map(|file| Some((ends(file, &identity)?, file.object_meta.size)));
    let files = files.collect::<Option<Vec<_>>>()?;
    let total: u64 = files.iter().map(|(_, size)| size).sum();
    if total < options.optimizer.repartition_file_min_size as u64 {
        return None;
    }
    let before = |cut: &Identity| -> u64 {
        let sizes = files.iter().map(|(ends, size)| match () {
            () if ends.end < *cut => *size,
            () if ends.start < *cut => size / 2,
            () => 0,
        });
        sizes.sum()
    };
    let mut starts: Vec<(u64, &Identity)> =
        files.iter().map(|(ends, _)| (before(&ends.start), &ends.start)).collect();
    starts.retain(|(before, _)| *before > 0);
    starts.sort_by_key(|(before, _)| *before);
    let wanted = (1..target as u64).map(|part| total * part / target as u64);
    let mut cuts = wanted
        .filter_map(|wanted| starts.iter().min_by_key(|(before, _)| before.abs_diff(wanted)))
        .collect::<Vec<_>>();
    cuts.dedup();
    Some(cuts.into_iter().map(|(_, cut)| (*cut).clone()).collect())
}

/// The plan over the rows from one identity on, up to another.
fn within(
    plan: &Arc<dyn ExecutionPlan>,
    from: Option<&Identity>,
    to: Option<&Identity>,
) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(config) = plan
        .downcast_ref::<DataSourceExec>()
        .and_then(|scan| scan.data_source().downcast_ref::<FileScanConfig>())
    {
        return part(config, from, to);
    }
    let inputs = plan.children().into_iter().map(|input| within(input, from, to));
    let inputs = inputs.collect::<Result<Vec<_>>>()?;
    let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(inputs, mode)
}

fn part(
    config: &FileScanConfig,
    from: Option<&Identity>,
    to: Option<&Identity>,
) -> Result<Arc<dyn ExecutionPlan>> {
    // To go on with all rows would give them once for each range.
    let (Some(source), Some(identity)) = (parquet(config), identity(config)) else {
        return internal_err!("a range of what is not a sorted Parquet scan");
    };
    let held = |file: &&PartitionedFile| {
        ends(file, &identity).is_none_or(|ends| {
            from.is_none_or(|from| ends.end >= *from) && to.is_none_or(|to| ends.start < *to)
        })
    };
    let groups = config.file_groups.iter().map(|group| group.iter().filter(held).cloned());
    let groups: Vec<FileGroup> =
        groups.map(|files| FileGroup::new(files.collect())).filter(|g| !g.is_empty()).collect();
    let schema = config.file_source().table_schema().table_schema();
    let bound = |at: Option<&Identity>, last: Operator, others: Operator| {
        at.map(|at| compared(&identity, at, last, others, schema)).transpose()
    };
    let bounds = [
        config.file_source().filter(),
        bound(from, Operator::GtEq, Operator::Gt)?,
        bound(to, Operator::Lt, Operator::Lt)?,
    ];
    // A new source: a clone would count into the same metrics.
    let mut part = ParquetSource::new(config.file_source().table_schema().clone())
        .with_table_parquet_options(source.table_parquet_options().clone());
    if let Some(predicate) = conjunction_opt(bounds.into_iter().flatten()) {
        part = part.with_predicate(predicate);
    }
    let mut part: Arc<dyn FileSource> = Arc::new(part);
    if let Some(projection) = config.file_source().projection() {
        part = match part.try_pushdown_projection(projection)? {
            Some(projected) => projected,
            None => return internal_err!("a Parquet scan without its projection"),
        };
    }
    let chains = groups.len();
    let config = FileScanConfigBuilder::from(config.clone())
        .with_source(part)
        .with_file_groups(groups)
        .with_statistics(config.statistics().to_inexact())
        // Else the optimizer splits its files again.
        .with_output_partitioning(Some(Partitioning::UnknownPartitioning(chains)))
        .build();
    Ok(DataSourceExec::from_data_source(config))
}

/// `(a, b) < (x, y)` as `a < x OR (a = x AND b < y)`.
fn compared(
    columns: &[Column],
    values: &[ScalarValue],
    last: Operator,
    others: Operator,
    schema: &Schema,
) -> Result<Arc<dyn PhysicalExpr>> {
    let mut compared: Option<Arc<dyn PhysicalExpr>> = None;
    for (column, value) in columns.iter().zip(values).rev() {
        let with =
            |operator| binary(Arc::new(column.clone()), operator, lit(value.clone()), schema);
        compared = Some(match compared {
            None => with(last)?,
            Some(rest) => {
                let tied = binary(with(Operator::Eq)?, Operator::And, rest, schema)?;
                binary(with(others)?, Operator::Or, tied, schema)?
            }
        });
    }
    Ok(compared.unwrap_or_else(|| lit(true)))
}
