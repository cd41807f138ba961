//! Files that ask for more than they hold, and things that are no files.

use super::*;

#[test]
fn headers_that_lie_of_sizes_are_refused() {
    let folder = Folder::new();
    let mut huge = npy();
    let place = huge.windows(3).position(|three| three == b"300").unwrap();
    huge[place..place + 3].copy_from_slice(b"999");
    assert_eq!(kind(&folder.write("f.npy", &huge)), FileErrorKind::File);

    let mut header = safetensors();
    header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(
        kind(&folder.write("f.safetensors", header)),
        FileErrorKind::File
    );

    // The uncompressed size stands in the zip's central directory, 24 bytes after its signature.
    let mut zip = npz(&["features.npy"]);
    let signature = zip
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    zip[signature + 24..signature + 28].copy_from_slice(&0xfff0_0000u32.to_le_bytes());
    assert_eq!(kind(&folder.write("f.npz", zip)), FileErrorKind::File);
}

/// One entry of zeros, packed a thousandfold.
fn bomb() -> Vec<u8> {
    let rows = 64usize << 20;
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows}, 1), }}\n");
    let mut zip = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Deflated);
    zip.start_file("features.npy", options).unwrap();
    zip.write_all(b"\x93NUMPY\x01\x00").unwrap();
    zip.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
    zip.write_all(header.as_bytes()).unwrap();
    for _ in 0..rows >> 20 {
        zip.write_all(&vec![0u8; 1 << 20]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A column of one number in a dictionary, a hundred million times.
fn repeated() -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message m { required float a; }").unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let block = vec![0.0f32; 1 << 20];
    for _ in 0..16 {
        let writer = column.typed::<FloatType>();
        writer.write_batch(&block, None, None).unwrap();
    }
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn files_that_unpack_without_end_are_refused() {
    let folder = Folder::new();
    for (name, bytes) in [("f.npz", bomb()), ("f.parquet", repeated())] {
        let path = folder.write(name, bytes);
        assert_eq!(kind(&path), FileErrorKind::TooLarge, "{name}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(b"a,b\n").unwrap();
    for _ in 0..64 {
        packed
            .write_all("1,1\n".repeat(1 << 18).as_bytes())
            .unwrap();
    }
    let path = folder.write("t.csv.gz", packed.finish().unwrap());
    let error = columns(&path).err().unwrap();
    assert_eq!(error.kind(), FileErrorKind::TooLarge, "{error}");
}

#[test]
fn headers_of_parquet_that_ask_for_too_much_are_refused() {
    let folder = Folder::new();
    // The footer of a file whose root claims 2^30 children, and one whose groups have no end.
    let footer = |schema: &[u8]| {
        let mut bytes = b"PAR1".to_vec();
        let mut footer = vec![0x15, 2, 0x19];
        footer.extend(schema);
        footer.extend([0x16, 0, 0x19, 0x0c, 0]);
        bytes.extend(&footer);
        bytes.extend((footer.len() as u32).to_le_bytes());
        bytes.extend(b"PAR1");
        bytes
    };
    let many = [0x1c, 0x48, 1, b'm', 0x15, 0x80, 0x80, 0x80, 0x80, 0x08, 0];
    let group = [0x35, 0, 0x18, 1, b'g', 0x15, 2, 0];
    let mut nested = vec![0xfc, 0x90, 0x4e];
    nested.extend([0x48, 1, b'm', 0x15, 2, 0]);
    for _ in 1..10_000 {
        nested.extend(group);
    }
    for schema in [many.to_vec(), nested] {
        let path = folder.write("f.parquet", footer(&schema));
        assert_eq!(kind(&path), FileErrorKind::File);
    }
}

#[cfg(unix)]
#[test]
fn devices_and_folders_are_not_read() {
    let folder = Folder::new();
    for (path, what) in [
        (Path::new("/dev/zero"), "a device"),
        (folder.0.path(), "a folder"),
    ] {
        let link = folder.0.path().join("link.csv");
        std::os::unix::fs::symlink(path, &link).unwrap();
        let error = Array::open(&link).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert!(columns(&link).is_err());
        assert!(read_bytes(&link, 10).is_err());
        std::fs::remove_file(&link).unwrap();
    }
}
