//! Images: JPEG and PNG become 8-bit RGB.

use std::borrow::Cow;
use std::fmt;
use std::io::Cursor;

use ::image::metadata::Orientation;
use ::image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::source::Budget;

/// Bytes of one pixel.
const RGB: u64 = 3;
/// The most bytes of a chunk of metadata.
const METADATA: u64 = 1 << 20;

/// Decoded pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 8-bit RGB, row-major `[height, width, 3]`.
    pub rgb: Vec<u8>,
}

/// Why one picture cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageProblem {
    /// The bytes are neither JPEG nor PNG.
    UnknownFormat,
    /// The picture has more pixels than the limit.
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels accepted.
        limit: u64,
    },
    /// The decoder rejected the bytes.
    Damaged,
}

impl fmt::Display for ImageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("expected a JPEG or PNG file, found other bytes"),
            Self::TooManyPixels {
                width,
                height,
                limit,
            } => write!(
                f,
                "expected at most {limit} pixels, found {width} x {height}"
            ),
            Self::Damaged => {
                f.write_str("expected a whole JPEG or PNG file, found one that cannot be decoded")
            }
        }
    }
}

impl std::error::Error for ImageProblem {}

/// Decodes a JPEG or PNG file of at most `max_pixels` pixels to 8-bit RGB, upright as its EXIF says.
///
/// Grey pictures get three equal channels, 16-bit ones their upper 8 bits, and an alpha channel is dropped. A file that
/// is cut off is no picture, even if its upper rows could be shown.
///
/// # Errors
///
/// An [`ImageProblem`]; also for bytes that make a decoder panic. The size is checked before pixels are unpacked, and
/// what a small file claims to unpack to is limited by its length.
pub fn decode_image(bytes: &[u8], max_pixels: u64) -> Result<Image, ImageProblem> {
    let decode = || match ::image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => jpeg(bytes, max_pixels),
        Ok(ImageFormat::Png) => png(bytes, max_pixels),
        _ => Err(ImageProblem::UnknownFormat),
    };
    // A decoder's panic on hostile bytes is a damaged picture, not the end of a training run.
    let image = tiprdc::catch_quietly(decode).unwrap_or(Err(ImageProblem::Damaged))?;
    let image = image.into_rgb8();
    Ok(Image {
        width: image.width(),
        height: image.height(),
        rgb: image.into_raw(),
    })
}

/// Compares a size with the limit, and what it takes with what this many bytes can explain.
fn check_size(
    bytes: &[u8],
    (width, height): (u32, u32),
    decoded: u64,
    max_pixels: u64,
) -> Result<(), ImageProblem> {
    let pixels = u64::from(width) * u64::from(height);
    let mut budget = Budget::of(bytes.len() as u64);
    let memory = decoded.saturating_add(pixels.saturating_mul(RGB));
    let limit = match budget.take(memory, 1) {
        _ if pixels > max_pixels => max_pixels,
        Ok(()) => return Ok(()),
        Err(_) => budget.left() / (2 * RGB),
    };
    Err(ImageProblem::TooManyPixels {
        width,
        height,
        limit,
    })
}

/// The decoder that `image` has, with one difference: it fails where pixels are missing. Headers may be untidy.
fn jpeg(bytes: &[u8], max_pixels: u64) -> Result<DynamicImage, ImageProblem> {
    let end = End::find(bytes).ok_or(ImageProblem::Damaged)?;
    let whole = end.without_marker(bytes);
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*whole), options);
    decoder
        .decode_headers()
        .map_err(|_| ImageProblem::Damaged)?;
    let about = decoder.info().ok_or(ImageProblem::Damaged)?;
    let (width, height) = (u32::from(about.width), u32::from(about.height));
    check_size(bytes, (width, height), 0, max_pixels)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let out = if grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(options.set_strict_mode(true).jpeg_set_out_colorspace(out));
    let pixels = decoder.decode().map_err(|_| ImageProblem::Damaged)?;
    let image = match grey {
        true => GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        false => RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
    };
    let mut image = image.ok_or(ImageProblem::Damaged)?;
    let upright = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    image.apply_orientation(upright.unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// Where the picture itself ends, and how its scans are laid out. Thumbnails in its headers have ends, too.
struct End {
    at: usize,
    progressive: bool,
}

impl End {
    /// None for a file that stops before its end marker.
    fn find(bytes: &[u8]) -> Option<Self> {
        let (mut at, mut progressive) = (2, false);
        loop {
            while *bytes.get(at)? != 0xff {
                at += 1;
            }
            let marker = *bytes.get(at + 1)?;
            match marker {
                // Start of a scan: within it, a marker's first byte is never followed by its second.
                0xda => {
                    let mut pairs = bytes[at..].windows(2);
                    let end = pairs.position(|pair| pair == [0xff, 0xd9])?;
                    let at = at + end;
                    return Some(Self { at, progressive });
                }
                0xff => at += 1,
                0x00 | 0x01 | 0xd0..=0xd9 => at += 2,
                _ => {
                    progressive |= marker == 0xc2;
                    let length = [*bytes.get(at + 2)?, *bytes.get(at + 3)?];
                    at += 2 + usize::from(u16::from_be_bytes(length));
                }
            }
        }
    }

    /// A scan in one pass, without its end marker and with as much behind it as is read ahead: behind a marker, the decoder
    /// fills up what is missing and says nothing. Progressive scans need the marker, and are each a picture.
    fn without_marker<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.progressive {
            return Cow::Borrowed(bytes);
        }
        let mut whole = bytes[..self.at].to_vec();
        whole.extend([0; 8]);
        Cow::Owned(whole)
    }
}

fn png(bytes: &[u8], max_pixels: u64) -> Result<DynamicImage, ImageProblem> {
    let damaged = |_| ImageProblem::Damaged;
    let plain = without_metadata(bytes).ok_or(ImageProblem::Damaged)?;
    let mut reader = ImageReader::with_format(Cursor::new(plain), ImageFormat::Png);
    let mut limits = Limits::default();
    // Four channels of 16 bits, and as much again for a decoder's own tables.
    limits.max_alloc = Some(max_pixels.saturating_mul(16).saturating_add(1 << 20));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    check_size(
        bytes,
        decoder.dimensions(),
        decoder.total_bytes(),
        max_pixels,
    )?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The chunks that pixels and their orientation come from. The others (colour profiles, texts, animations) unpack to
/// whatever they like, and change no pixel here.
fn without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    let (signature, mut rest) = bytes.split_at_checked(8)?;
    let mut kept = signature.to_vec();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let kind: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let small = length as u64 <= METADATA;
        if matches!(&kind, b"IHDR" | b"PLTE" | b"IDAT" | b"IEND")
            || matches!(&kind, b"tRNS" | b"eXIf") && small
        {
            kept.extend_from_slice(chunk);
        }
        if &kind == b"IEND" {
            return Some(kept);
        }
        rest = after;
    }
    None
}
