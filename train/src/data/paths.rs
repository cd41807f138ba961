//! Files that a configuration names, below the data folder.

use std::path::{Component, Path, PathBuf};

use tiprdc_files::FileError;

use super::DataError;

/// Joins a relative path that does not leave `dir`; `None` for any other path.
pub(super) fn join_inside(dir: &Path, name: &str) -> Option<PathBuf> {
    let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    (!name.is_empty() && Path::new(name).components().all(inside)).then(|| dir.join(name))
}

/// Joins a path that the configuration names.
pub(super) fn join_option(
    dir: &Path,
    option: &'static str,
    name: &str,
) -> Result<PathBuf, DataError> {
    join_inside(dir, name).ok_or_else(|| DataError::Config {
        option,
        expected: "a relative path without `..`".into(),
    })
}

/// Finds `name` below `dir`, or `name.gz` where there is no `name`; gives the name that was found, too.
pub(super) fn find_file(dir: &Path, name: &str) -> Result<(String, PathBuf), DataError> {
    let packed = format!("{name}.gz");
    let mut names = [name.to_owned(), packed].into_iter();
    let found = names.find_map(|name| {
        let path = join_inside(dir, &name).filter(|path| path.exists())?;
        Some((name, path))
    });
    found.ok_or_else(|| DataError::MissingFile {
        file: name.to_owned(),
    })
}

/// A reader's error, with the file named as the configuration does: paths of a machine stay out of messages.
pub(super) fn of_file(file: &str) -> impl Fn(FileError) -> DataError {
    move |error| DataError::File(error.in_file(Path::new(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        let dir = Path::new("data");
        assert_eq!(
            join_inside(dir, "a/b.csv"),
            Some(PathBuf::from("data/a/b.csv"))
        );
        for escaping in ["", "../b.csv", "a/../../b.csv", "/etc/hosts"] {
            assert_eq!(join_inside(dir, escaping), None, "{escaping}");
        }
    }
}
