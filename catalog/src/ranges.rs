//! Sorted files that overlap, read side by side in ranges of their identities: each range is merged
//! for itself, and no identity is in two.

use std::any::Any;
use std::cmp::Ordering;
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

use crate::extent::Extent;

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

fn extent(file: &PartitionedFile) -> Option<&Extent> {
    file.extensions.get::<Extent>()
}

/// Identities that part the bytes about evenly, of those at which parts of files begin.
fn cuts(config: &FileScanConfig, options: &ConfigOptions) -> Option<Vec<Identity>> {
    let target = options.execution.target_partitions;
    if config.file_groups.len() < 2 || config.output_partitioning.is_some() {
        return None;
    }
    // A source that only prunes by its predicate would give rows of other ranges too.
    if !parquet(config)?.table_parquet_options().global.pushdown_filters {
        return None;
    }
    let mut total = 0;
    // Where the parts of files begin, and their bytes.
    let mut starts: Vec<(&[ScalarValue], u64)> = vec![];
    for file in config.file_groups.iter().flat_map(FileGroup::iter) {
        let extent = extent(file)?;
        total += file.object_meta.size;
        let share = file.object_meta.size / (extent.splits.len() as u64 + 1);
        starts.push((extent.first_identity(), share));
        starts.extend(extent.splits.iter().map(|split| (split.as_slice(), share)));
    }
    if total < options.optimizer.repartition_file_min_size as u64 {
        return None;
    }
    starts.sort_by(|a, b| a.0.partial_cmp(b.0).unwrap_or(Ordering::Equal));
    let mut before = 0;
    let mut known: Vec<(u64, &[ScalarValue])> = vec![];
    for (start, share) in starts {
        if known.last().is_none_or(|(_, last)| *last != start) {
            known.push((before, start));
        }
        before += share;
    }
    known.retain(|(before, _)| *before > 0);
    let wanted = (1..target as u64).map(|part| total * part / target as u64);
    let mut cuts = wanted
        .filter_map(|wanted| known.iter().min_by_key(|(before, _)| before.abs_diff(wanted)))
        .collect::<Vec<_>>();
    cuts.dedup();
    Some(cuts.into_iter().map(|(_, cut)| cut.to_vec()).collect())
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
        extent(file).is_none_or(|extent| {
            from.is_none_or(|from| extent.last_identity() >= from.as_slice())
                && to.is_none_or(|to| extent.first_identity() < to.as_slice())
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
