//! The one way in which files are written: whole or not at all.

use crate::error::{Result, TrainError};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Beginning and end of the names of temporary files.
const TEMPORARY: (&str, &str) = (".tiprdc-", ".tmp");
/// Links that are followed, one after the other.
const MAX_LINKS: usize = 40;

/// Writes a file so that at any moment there is the old one or the new one, never half of one.
///
/// An existing file keeps its mode; a new one has that which the process gives new files. A link stays a link: the file
/// behind it is written. Devices and pipes are written to, and not replaced.
///
/// # Errors
/// [`TrainError::Write`]: no such folder, no right to write, no space left. The old file is then untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = match place(path) {
        Ok(Place::Stream) => write_into(path, bytes),
        Ok(Place::File { path, old }) => replace(&path, old.as_ref(), bytes),
        Err(error) => Err(error),
    };
    written.map_err(|source| TrainError::Write {
        path: path.to_path_buf(),
        source,
    })
}

/// Refuses a folder in which no file can be made, before any work is done for it.
///
/// # Errors
/// [`TrainError::Write`], as [`write_atomically`] would later.
pub fn check_writable(folder: &Path) -> Result<()> {
    let made = temporary(folder).map(drop);
    made.map_err(|source| TrainError::Write {
        path: folder.to_path_buf(),
        source,
    })
}

/// Removes temporary files that writers left in a folder when they were killed; those of a writer at work are locked.
pub fn remove_leftovers(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().map(|name| name.to_string_lossy());
        let ours = name.is_some_and(|n| n.starts_with(TEMPORARY.0) && n.ends_with(TEMPORARY.1));
        if ours && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // One that cannot be removed is no reason not to work.
            let _ = std::fs::remove_file(&path);
        }
    }
}

enum Place {
    /// A device or a pipe.
    Stream,
    /// A file, with what it is now if it is there.
    File {
        path: PathBuf,
        old: Option<std::fs::Metadata>,
    },
}

/// What a path stands for, links followed.
fn place(path: &Path) -> io::Result<Place> {
    // What the process has open already may be a file, and replacing it would miss its reader.
    let open = ["/proc", "/dev/fd", "/dev/stdout", "/dev/stderr"];
    if open.iter().any(|open| path.starts_with(open)) {
        return Ok(Place::Stream);
    }
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(found) if found.is_file() => Ok(Place::File {
            path: path.canonicalize()?,
            old: Some(found),
        }),
        Ok(_) => Ok(Place::Stream),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Place::File {
            path: end_of_links(path)?,
            old: None,
        }),
        Err(error) => Err(error),
    }
}

/// The file that a chain of links is to make.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        let Ok(next) = std::fs::read_link(&path) else {
            return Ok(path);
        };
        path = folder(&path).join(next);
    }
    Err(io::Error::other("too many links"))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn write_into(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut stream = OpenOptions::new().write(true).open(path)?;
    stream.write_all(bytes)?;
    stream.flush()
}

fn replace(path: &Path, old: Option<&std::fs::Metadata>, bytes: &[u8]) -> io::Result<()> {
    if old.is_some() {
        // A file that is protected against writing is not replaced either.
        OpenOptions::new().write(true).open(path)?;
    }
    let mut file = temporary(folder(path))?;
    // Held until the file has its name. A file system without locks has none of ours to keep apart.
    let _ = file.as_file().try_lock();
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    let file = file.persist(path).map_err(|error| error.error)?;
    drop(file);
    sync_folder(folder(path));
    Ok(())
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    #[cfg(unix)]
    {
        // The mode of a new file, from which the system takes what the umask forbids.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Makes the new name outlast a power cut, where the system can.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        // Some file systems refuse to sync folders; the file itself is safe already.
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_has_the_mode_of_new_files() {
        let place = tempfile::tempdir().expect("a folder");
        let (ours, plain) = (place.path().join("ours"), place.path().join("plain"));
        write_atomically(&ours, b"1").expect("written");
        std::fs::write(&plain, b"1").expect("written");
        assert_eq!(mode(&ours), mode(&plain));
        std::fs::set_permissions(&ours, std::fs::Permissions::from_mode(0o640)).expect("set");
        write_atomically(&ours, b"22").expect("written");
        assert_eq!(mode(&ours), 0o640, "an existing file keeps its mode");
        assert_eq!(std::fs::read(&ours).expect("there"), b"22");
        let left = std::fs::read_dir(place.path()).expect("there").count();
        assert_eq!(left, 2, "no temporary file is left");
    }

    #[test]
    fn links_stay_links() {
        let place = tempfile::tempdir().expect("a folder");
        let at = |name: &str| place.path().join(name);
        std::fs::create_dir(at("far")).expect("made");
        for (link, target) in [("there", "far/file"), ("dangling", "far/new")] {
            symlink(target, at(link)).expect("made");
        }
        std::fs::write(at("far/file"), b"old").expect("written");
        for link in ["there", "dangling"] {
            write_atomically(&at(link), b"new").expect("written");
            assert!(at(link).is_symlink(), "{link}");
        }
        for file in ["far/file", "far/new"] {
            assert_eq!(std::fs::read(at(file)).expect("there"), b"new");
        }
        symlink("b", at("a")).expect("made");
        symlink("a", at("b")).expect("made");
        write_atomically(&at("a"), b"").expect_err("a circle");
    }

    #[test]
    fn devices_are_written_to_and_folders_refused() {
        write_atomically(Path::new("/dev/null"), b"gone").expect("written");
        let kind = std::fs::metadata("/dev/null").expect("there");
        assert!(!kind.is_file(), "the device was replaced");
        let place = tempfile::tempdir().expect("a folder");
        let error = write_atomically(place.path(), b"1").expect_err("a folder");
        assert!(error.to_string().contains("cannot write"), "{error}");
    }

    #[test]
    fn leftovers_go_and_locked_files_stay() {
        let place = tempfile::tempdir().expect("a folder");
        let at = |name: &str| place.path().join(name);
        for name in [".tiprdc-dead.tmp", ".tiprdc-busy.tmp", "mine.tmp"] {
            std::fs::write(at(name), b"").expect("written");
        }
        let busy = File::open(at(".tiprdc-busy.tmp")).expect("there");
        busy.try_lock().expect("locked");
        remove_leftovers(place.path());
        let there = [".tiprdc-dead.tmp", ".tiprdc-busy.tmp", "mine.tmp"].map(|n| at(n).exists());
        assert_eq!(there, [false, true, true]);
    }
}
