//! One tree: leaf by leaf, the split with the largest gain first.

use rayon::prelude::*;

use super::bins::{Bins, MOST};

/// Leaves of a tree at most.
const LEAVES: usize = 31;
/// Rows of a leaf at least.
const ROWS: f32 = 20.0;
/// Numbers above which several threads count.
const DIVIDE_ABOVE: usize = 1 << 17;
/// Penalty on the squared value of a leaf.
pub(super) const PENALTY: f32 = 1.0;

/// Sums over some rows: gradients first, then the second derivative, then the number of rows.
pub(super) type Sums<const N: usize> = [f32; N];

/// A node of a tree: an inner one asks, a leaf has a number.
enum Node {
    Inner {
        column: usize,
        /// Rows in this bin or below go left.
        bin: u8,
        below: [usize; 2],
    },
    Leaf(usize),
}

/// A tree over binned columns.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Number of leaves.
    pub leaves: usize,
}

impl Tree {
    /// The leaf of a row; `bin` tells its bin in a column.
    pub(super) fn leaf(&self, bin: impl Fn(usize) -> u8) -> usize {
        let mut at = 0;
        loop {
            match &self.nodes[at] {
                Node::Leaf(leaf) => return *leaf,
                Node::Inner {
                    column,
                    bin: cut,
                    below,
                } => at = below[usize::from(bin(*column) > *cut)],
            }
        }
    }
}

/// Grows a tree on some rows and columns. `slopes` holds one entry for each of `rows`.
pub(super) fn grow<const N: usize>(
    bins: &Bins,
    rows: Vec<u32>,
    columns: &[usize],
    slopes: Vec<Sums<N>>,
) -> Tree {
    let mut total = [0.0; N];
    slopes.iter().for_each(|slope| add(&mut total, slope));
    let grower = Grower { bins, columns };
    let mut open = vec![grower.open(0, rows, slopes, total, None)];
    let mut nodes = vec![Node::Leaf(0)];
    let mut leaves = 1;
    while leaves < LEAVES {
        let best = (0..open.len()).max_by(|&a, &b| open[a].gain.total_cmp(&open[b].gain));
        let Some(best) = best.filter(|&best| open[best].gain > 0.0) else {
            break;
        };
        let parent = open.swap_remove(best);
        let below = [nodes.len(), nodes.len() + 1];
        nodes[parent.node] = Node::Inner {
            column: parent.column,
            bin: parent.bin,
            below,
        };
        nodes.extend([Node::Leaf(0), Node::Leaf(0)]);
        open.extend(grower.split(parent, below));
        leaves += 1;
    }
    let mut number = 0;
    for node in &mut nodes {
        if let Node::Leaf(leaf) = node {
            *leaf = number;
            number += 1;
        }
    }
    Tree { nodes, leaves }
}

/// A leaf that may still be split.
struct Open<const N: usize> {
    node: usize,
    rows: Vec<u32>,
    slopes: Vec<Sums<N>>,
    histogram: Vec<Sums<N>>,
    total: Sums<N>,
    /// The best split; a gain of zero when there is none.
    gain: f32,
    column: usize,
    bin: u8,
    left: Sums<N>,
}

struct Grower<'a> {
    bins: &'a Bins,
    columns: &'a [usize],
}

impl Grower<'_> {
    fn open<const N: usize>(
        &self,
        node: usize,
        rows: Vec<u32>,
        slopes: Vec<Sums<N>>,
        total: Sums<N>,
        histogram: Option<Vec<Sums<N>>>,
    ) -> Open<N> {
        let histogram = histogram.unwrap_or_else(|| self.histogram(&rows, &slopes));
        let mut open = Open {
            node,
            rows,
            slopes,
            histogram,
            total,
            gain: 0.0,
            column: 0,
            bin: 0,
            left: [0.0; N],
        };
        self.find(&mut open);
        open
    }

    fn histogram<const N: usize>(&self, rows: &[u32], slopes: &[Sums<N>]) -> Vec<Sums<N>> {
        let mut histogram = vec![[0.0; N]; self.columns.len() * MOST];
        let count = |(&column, bins): (&usize, &mut [Sums<N>])| {
            tally(self.bins.train(column), rows, slopes, bins);
        };
        // Columns are counted apart, so that threads change nothing but the time.
        if rows.len() * self.columns.len() > DIVIDE_ABOVE {
            let columns = self.columns.par_iter();
            let bins = histogram.par_chunks_exact_mut(MOST);
            columns.zip(bins).for_each(count);
        } else {
            let bins = histogram.chunks_exact_mut(MOST);
            self.columns.iter().zip(bins).for_each(count);
        }
        histogram
    }

    /// The best split of a leaf.
    fn find<const N: usize>(&self, open: &mut Open<N>) {
        if open.total[N - 1] < 2.0 * ROWS {
            return;
        }
        let whole = score(&open.total);
        let least = 1e-6 * whole.max(1e-6);
        for (&column, bins) in self.columns.iter().zip(open.histogram.chunks_exact(MOST)) {
            let mut left = [0.0; N];
            for (bin, sums) in bins[..MOST - 1].iter().enumerate() {
                if sums[N - 1] == 0.0 {
                    continue;
                }
                add(&mut left, sums);
                if left[N - 1] < ROWS {
                    continue;
                }
                let right = without(&open.total, &left);
                if right[N - 1] < ROWS {
                    break;
                }
                let gain = score(&left) + score(&right) - whole;
                if gain > open.gain && gain > least {
                    (open.gain, open.column, open.bin) = (gain, column, bin as u8);
                    open.left = left;
                }
            }
        }
    }

    /// The two leaves below a split. Only the smaller one is counted; the other is the difference.
    fn split<const N: usize>(&self, parent: Open<N>, below: [usize; 2]) -> [Open<N>; 2] {
        let codes = self.bins.train(parent.column);
        let mut rows = [Vec::new(), Vec::new()];
        let mut slopes = [Vec::new(), Vec::new()];
        for (&row, &slope) in parent.rows.iter().zip(&parent.slopes) {
            let side = usize::from(codes[row as usize] > parent.bin);
            rows[side].push(row);
            slopes[side].push(slope);
        }
        let small = usize::from(rows[1].len() < rows[0].len());
        let counted = self.histogram(&rows[small], &slopes[small]);
        let mut rest = parent.histogram;
        for (rest, counted) in rest.iter_mut().zip(&counted) {
            *rest = without(rest, counted);
        }
        let histograms = if small == 0 {
            [counted, rest]
        } else {
            [rest, counted]
        };
        let right = without(&parent.total, &parent.left);
        let [left_rows, right_rows] = rows;
        let [left_slopes, right_slopes] = slopes;
        let [left_bins, right_bins] = histograms;
        [
            self.open(
                below[0],
                left_rows,
                left_slopes,
                parent.left,
                Some(left_bins),
            ),
            self.open(below[1], right_rows, right_slopes, right, Some(right_bins)),
        ]
    }
}

/// Tallies of one column that are filled in turn.
const TALLIES: usize = 4;

/// Adds the slopes of rows to their bins.
///
/// A column of few values adds to the same bin again and again, and each addition would wait for the one before: with
/// several tallies, filled in turn, they do not.
fn tally<const N: usize>(codes: &[u8], rows: &[u32], slopes: &[Sums<N>], bins: &mut [Sums<N>]) {
    let code = |row: u32| codes[row as usize] as usize % MOST;
    let whole = rows.len() / TALLIES * TALLIES;
    if whole > 4 * MOST {
        let mut tallies = [[[0.0; N]; MOST]; TALLIES];
        let rows = rows[..whole].chunks_exact(TALLIES);
        for (rows, slopes) in rows.zip(slopes[..whole].chunks_exact(TALLIES)) {
            for (tally, (&row, slope)) in tallies.iter_mut().zip(rows.iter().zip(slopes)) {
                add(&mut tally[code(row)], slope);
            }
        }
        for tally in &tallies {
            let pairs = bins.iter_mut().zip(tally);
            pairs.for_each(|(bin, sums)| add(bin, sums));
        }
    }
    let done = if whole > 4 * MOST { whole } else { 0 };
    for (&row, slope) in rows[done..].iter().zip(&slopes[done..]) {
        add(&mut bins[code(row)], slope);
    }
}

/// What a leaf with these sums takes off the loss.
fn score<const N: usize>(sums: &Sums<N>) -> f32 {
    let squares: f32 = sums[..N - 2].iter().map(|g| g * g).sum();
    squares / (sums[N - 2] + PENALTY)
}

fn add<const N: usize>(to: &mut Sums<N>, more: &Sums<N>) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
}

fn without<const N: usize>(all: &Sums<N>, part: &Sums<N>) -> Sums<N> {
    std::array::from_fn(|lane| all[lane] - part[lane])
}
