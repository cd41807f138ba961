//! Prints include/tiprdc.h; scripts/c_header.sh writes it, or compares it with what is there.

fn main() -> std::io::Result<()> {
    print!("{}", tiprdc_ffi::header()?);
    Ok(())
}
