//! Sorted files as the partitions of a scan that keep their order.

use crate::data_file::DataFile;
use crate::extent::Extent;

/// Chains above which a merge of them costs more than a sort.
const MAX_CHAINS: usize = 64;

/// Partitions of a scan, the rows of each in order.
/// A file, or the row groups that begin in a range of its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub file: &'a DataFile,
    pub range: Option<(u64, u64)>,
}

/// One partition for each chain, for a reader that looks at all revisions of a row together.
pub(crate) fn in_chains<'a>(
    files: &[&'a DataFile],
    order: &[String],
) -> Option<Vec<Vec<Piece<'a>>>> {
    let chains = chains(files, order)?;
    Some(chains.iter().map(|chain| whole(chain)).collect())
}

/// Partitions of about the same size, their number about `target`, cut within files of tables
/// above `smallest` bytes.
pub(crate) fn evenly<'a>(
    files: &[&'a DataFile],
    order: &[String],
    target: usize,
    smallest: u64,
) -> Option<Vec<Vec<Piece<'a>>>> {
    let chains = chains(files, order)?;
    let total: u64 = chains.iter().map(|chain| bytes(chain)).sum();
    let mut partitions = vec![];
    for chain in &chains {
        let share = target as f64 * bytes(chain) as f64 / total.max(1) as f64;
        let parts = (share.round() as usize).max(1);
        if total >= smallest && chain.iter().all(|sorted| sorted.file.size > 0) {
            partitions.extend(by_bytes(chain, parts));
            continue;
        }
        partitions.extend(between_files(chain, parts).iter().map(|part| whole(part)));
    }
    Some(partitions)
}

fn whole<'a>(files: &[Sorted<'a>]) -> Vec<Piece<'a>> {
    files.iter().map(|sorted| Piece { file: sorted.file, range: None }).collect()
}

/// A sorted file with its ends.
#[derive(Debug, Clone, Copy)]
struct Sorted<'a> {
    file: &'a DataFile,
    extent: &'a Extent,
}

/// The files as few chains, in each of which no identity is in two files and all ascend: read one
/// after the other, a chain's rows are in order. `None` if a file is not sorted by `order` or no
/// small number of chains holds them all.
fn chains<'a>(files: &[&'a DataFile], order: &[String]) -> Option<Vec<Vec<Sorted<'a>>>> {
    let mut files = files
        .iter()
        .map(|file| {
            let extent = file.extent.as_ref().filter(|e| e.sorted_by == order)?;
            Some(Sorted { file, extent })
        })
        .collect::<Option<Vec<_>>>()?;
    files.sort_by(|a, b| {
        let by_row = a.extent.first.partial_cmp(&b.extent.first);
        by_row.unwrap_or(std::cmp::Ordering::Equal).then_with(|| a.file.path.cmp(&b.file.path))
    });
    // First fit by beginnings gives the smallest number there is.
    let mut chains: Vec<Vec<Sorted<'a>>> = vec![];
    for file in files {
        let fits = |chain: &Vec<Sorted<'a>>| {
            chain.last().is_some_and(|l| l.extent.last_identity() < file.extent.first_identity())
        };
        match chains.iter().position(fits) {
            Some(chain) => chains[chain].push(file),
            None if chains.len() == MAX_CHAINS => return None,
            None => chains.push(vec![file]),
        }
    }
    Some(chains)
}

/// A chain in at most `parts` parts of about the same size, cut between files: no identity is in
/// two parts.
fn between_files<'a>(chain: &[Sorted<'a>], parts: usize) -> Vec<Vec<Sorted<'a>>> {
    let total = bytes(chain).max(1);
    let mut before = 0;
    let mut placed = vec![];
    for file in chain {
        let middle = u128::from(before + file.file.size / 2);
        placed.push((middle * parts as u128 / u128::from(total), *file));
        before += file.file.size;
    }
    let parts = placed.chunk_by(|a, b| a.0 == b.0);
    parts.map(|part| part.iter().map(|(_, file)| *file).collect()).collect()
}

/// A chain in `parts` parts of the same size, cut within files. An identity may be in two
/// neighbouring parts.
fn by_bytes<'a>(chain: &[Sorted<'a>], parts: usize) -> Vec<Vec<Piece<'a>>> {
    let step = bytes(chain).div_ceil(parts as u64).max(1);
    let mut groups = vec![];
    let mut group = vec![];
    let mut room = step;
    for file in chain {
        let size = file.file.size;
        let mut start = 0;
        while start < size {
            let end = size.min(start + room);
            let range = (end - start < size).then_some((start, end));
            group.push(Piece { file: file.file, range });
            room -= end - start;
            start = end;
            if room == 0 {
                groups.push(std::mem::take(&mut group));
                room = step;
            }
        }
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

fn bytes(chain: &[Sorted<'_>]) -> u64 {
    chain.iter().map(|file| file.file.size).sum()
}
