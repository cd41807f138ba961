//! How many encoders at a time: as memory and cores allow.

use tiprdc_train::{ColumnValues, Dataset, Records, Run};

/// What is assumed where nobody says how much memory there is.
const GUESS: u64 = 4 << 30;
/// What a job takes on the smallest data: networks, optimisers, attackers.
const LEAST: u64 = 512 << 20;
/// Times that a job holds its inputs: training set, features, rows and components for attackers on as many threads.
const COPIES: u64 = 8;

/// The default of `--jobs`: at least one.
pub fn jobs(dataset: &Dataset, run: &Run, pending: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let fit = available().unwrap_or(GUESS) / estimate(dataset, run);
    cores
        .min(usize::try_from(fit).unwrap_or(usize::MAX))
        .min(pending)
        .max(1)
}

/// Bytes that a job may take.
fn estimate(dataset: &Dataset, run: &Run) -> u64 {
    let rows = (dataset.train.len() + dataset.test.len()) as u64;
    let width = width(&dataset.train.records, run) as u64;
    LEAST + rows * width * 4 * COPIES
}

/// Numbers in one record, as the network sees it.
fn width(records: &Records, run: &Run) -> usize {
    match records {
        Records::Table(table) => {
            let columns = table.columns.iter().map(|column| match &column.values {
                ColumnValues::Numeric(_) => 1,
                ColumnValues::Categorical { categories, .. } => categories.len() + 1,
            });
            columns.sum()
        }
        Records::Series(series) => series.channels * series.steps,
        Records::Images(_) => 3 * run.encoder.width * run.encoder.height,
    }
}

/// Bytes that are free for us, where the system tells: on Linux, less if a container is given less.
fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let free = mem_available(&text)?;
    Some(container().map_or(free, |left| left.min(free)))
}

fn mem_available(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// What a container has left of its limit; files that were read and could be dropped do not count as used.
fn container() -> Option<u64> {
    let text = |name: &str| std::fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok();
    let number = |name: &str| -> Option<u64> { text(name)?.trim().parse().ok() };
    let files = text("memory.stat").and_then(|stat| {
        let line = stat
            .lines()
            .find_map(|line| line.strip_prefix("inactive_file "));
        line?.trim().parse().ok()
    });
    let used = number("memory.current")?.saturating_sub(files.unwrap_or(0));
    Some(number("memory.max")?.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_linux_writes_it() {
        let text =
            "MemTotal:       24617820 kB\nMemFree:        100 kB\nMemAvailable:   23000000 kB\n";
        assert_eq!(mem_available(text), Some(23_000_000 * 1024));
        assert_eq!(mem_available("MemTotal: 1 kB\n"), None);
        assert_eq!(mem_available("MemAvailable: much\n"), None);
    }
}
