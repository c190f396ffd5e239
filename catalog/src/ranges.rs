//! Sorted files read side by side in ranges of their identities: revisions are resolved in each range
//! for itself, and no identity is in two.

use std::any::Any;
use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{Result, ScalarValue, SplitPoint, internal_err};
use datafusion::config::ConfigOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, FileSource, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{Column, binary, lit};
use datafusion::physical_expr::utils::conjunction_opt;
use datafusion::physical_expr::{
    LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr, RangePartitioning,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::filter::FilterExec;

use crate::extent::Extent;

/// The first values of an identity's columns, or all.
type Cut = Vec<ScalarValue>;

/// How far the largest range may be above the mean one before keys are cut within.
const UNEVEN: f64 = 1.5;

/// Plans over some ranges of identities, of about the same size, in the place of one over all.
pub(crate) struct Ranges {
    pub parts: Vec<Arc<dyn ExecutionPlan>>,
    /// Where they are cut, as rows of the first of `groups`.
    pub partitioning: RangePartitioning,
}

/// The plan, which reads chains of files, once for each of some ranges. `None` if its files cannot
/// be told apart so, or the ranges would tear rows with equal `groups` apart.
pub(crate) fn by_ranges(
    plan: &Arc<dyn ExecutionPlan>,
    groups: &[Arc<dyn PhysicalExpr>],
    options: &ConfigOptions,
) -> Result<Option<Ranges>> {
    let name = |e: &Arc<dyn PhysicalExpr>| e.downcast_ref::<Column>().map(|c| c.name().to_owned());
    let groups_are = |identity: &[Column]| {
        let identity = identity.iter().map(|column| Some(column.name().to_owned()));
        groups.iter().map(name).eq(identity)
    };
    let Some(config) = scan(plan) else { return Ok(None) };
    let Some(identity) = identity(config).filter(|i| groups_are(i)) else { return Ok(None) };
    let Some(cuts) = cuts(config, identity.len(), options) else { return Ok(None) };
    let mut parts = vec![];
    let mut from = None;
    for to in cuts.iter().map(Some).chain([None]) {
        parts.push(within(plan, from, to)?);
        from = to;
    }
    let columns = groups.iter().take(cuts[0].len());
    let columns = columns.map(|e| PhysicalSortExpr::new_default(Arc::clone(e)));
    let Some(columns) = LexOrdering::new(columns) else { return Ok(None) };
    let cuts = cuts.into_iter().map(SplitPoint::new).collect();
    Ok(Some(Ranges { parts, partitioning: RangePartitioning::try_new(columns, cuts)? }))
}

/// The scan below filters. Other nodes may give its columns' names to others.
fn scan(plan: &Arc<dyn ExecutionPlan>) -> Option<&FileScanConfig> {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        return scan.data_source().downcast_ref::<FileScanConfig>();
    }
    scan(plan.downcast_ref::<FilterExec>()?.input())
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

/// One or more cuts that part the bytes about evenly, of the places at which parts of files begin:
/// between keys if these allow it, since most questions are about keys, else within them.
fn cuts(config: &FileScanConfig, identity: usize, options: &ConfigOptions) -> Option<Vec<Cut>> {
    let target = options.execution.target_partitions;
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
    let (between, largest) = evenly(&starts, identity - 1, target);
    let mean = total as f64 / target as f64;
    let cuts = match largest as f64 <= mean * UNEVEN {
        true => between,
        false => evenly(&starts, identity, target).0,
    };
    (!cuts.is_empty()).then_some(cuts)
}

/// Cuts at starts, of which some columns count, that make about so many ranges of the same size;
/// and the size of the largest.
fn evenly(starts: &[(&[ScalarValue], u64)], columns: usize, ranges: usize) -> (Vec<Cut>, u64) {
    let mut before = 0;
    let mut known: Vec<(u64, &[ScalarValue])> = vec![];
    for (start, share) in starts {
        let start = &start[..columns];
        if known.last().is_none_or(|(_, last)| *last != start) {
            known.push((before, start));
        }
        before += share;
    }
    let total = before;
    known.retain(|(before, _)| *before > 0);
    let wanted = (1..ranges as u64).map(|range| total * range / ranges as u64);
    let mut cuts: Vec<_> = wanted
        .filter_map(|wanted| known.iter().min_by_key(|(before, _)| before.abs_diff(wanted)))
        .collect();
    cuts.dedup();
    let ends = cuts.iter().map(|(before, _)| *before).chain([total]);
    let sizes = ends.scan(0, |from, to| Some(to - std::mem::replace(from, to)));
    let largest = sizes.max().unwrap_or_default();
    (cuts.into_iter().map(|(_, cut)| cut.to_vec()).collect(), largest)
}

/// The plan over the rows from one cut on, up to another.
fn within(
    plan: &Arc<dyn ExecutionPlan>,
    from: Option<&Cut>,
    to: Option<&Cut>,
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
    from: Option<&Cut>,
    to: Option<&Cut>,
) -> Result<Arc<dyn ExecutionPlan>> {
    // To go on with all rows would give them once for each range.
    let (Some(source), Some(identity)) = (parquet(config), identity(config)) else {
        return internal_err!("a range of what is not a sorted Parquet scan");
    };
    // Whether files have rows before the range, or after it.
    let (mut before, mut after) = (false, false);
    let mut groups = vec![];
    for group in &config.file_groups {
        let mut held = vec![];
        for file in group.iter() {
            let Some(extent) = extent(file) else {
                return internal_err!("a range of a file that does not say where it begins");
            };
            if from.is_some_and(|from| extent.last_identity() < from.as_slice())
                || to.is_some_and(|to| extent.first_identity() >= to.as_slice())
            {
                continue;
            }
            before |= from.is_some_and(|from| extent.first_identity() < from.as_slice());
            after |= to.is_some_and(|to| extent.last_identity() >= to.as_slice());
            held.push(file.clone());
        }
        if !held.is_empty() {
            groups.push(FileGroup::new(held));
        }
    }
    let schema = config.file_source().table_schema().table_schema();
    let bound = |at: Option<&Cut>, last: Operator, others: Operator| {
        at.map(|at| compared(&identity, at, last, others, schema)).transpose()
    };
    let bounds = [
        config.file_source().filter(),
        bound(from.filter(|_| before), Operator::GtEq, Operator::Gt)?,
        bound(to.filter(|_| after), Operator::Lt, Operator::Lt)?,
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

/// `(a, b) < (x, y)` as `a < x OR (a = x AND b < y)`, of as many columns as there are values.
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
