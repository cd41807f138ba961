//! Pictures: crop, resize, normalise, and lay out as planes.

use super::series::check_moments;
use super::standardize;
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::{check_shape, invalid};
use fast_image_resize as fir;
use fir::pixels::{U8, U8x3, U8x4};
use fir::{IntoImageView, IntoImageViewMut, PixelTrait};
use serde::{Deserialize, Serialize};

/// A picture, fitted to a size by a bilinear filter that averages when it shrinks (as Pillow's `BILINEAR` does),
/// scaled to 0..1 and standardised per channel.
///
/// # Shape
/// `[channels, height, width]`, row-major.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSpec {
    /// Width of the network's input in pixels.
    pub width: usize,
    /// Height of the network's input in pixels.
    pub height: usize,
    /// 3 (red, green, blue) or 1 (luma).
    pub channels: usize,
    /// How a picture of another aspect ratio is fitted.
    #[serde(default)]
    pub fit: Fit,
    /// Mean of each channel, on a scale of 0..1; empty for 0.
    #[serde(default)]
    pub mean: Vec<f32>,
    /// Standard deviation of each channel, on a scale of 0..1; empty for 1.
    #[serde(default)]
    pub std: Vec<f32>,
}

/// How a picture of another aspect ratio is fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The largest centred part of the right aspect ratio is cut out and resized.
    #[default]
    Crop,
    /// The whole picture is resized, and distorted if need be.
    Stretch,
}

#[derive(Clone, Copy)]
pub(crate) enum PixelFormat {
    Rgb8,
    Rgba8,
    Bgra8,
    Gray8,
}

impl PixelFormat {
    fn bytes(self) -> usize {
        match self {
            PixelFormat::Rgb8 => 3,
            PixelFormat::Rgba8 | PixelFormat::Bgra8 => 4,
            PixelFormat::Gray8 => 1,
        }
    }

    fn resize_as(self) -> fir::PixelType {
        match self {
            PixelFormat::Rgb8 => fir::PixelType::U8x3,
            PixelFormat::Rgba8 | PixelFormat::Bgra8 => fir::PixelType::U8x4,
            PixelFormat::Gray8 => fir::PixelType::U8,
        }
    }

    /// Red, green and blue of one pixel.
    fn rgb(self, pixel: &[u8]) -> [u8; 3] {
        match self {
            PixelFormat::Rgb8 | PixelFormat::Rgba8 => [pixel[0], pixel[1], pixel[2]],
            PixelFormat::Bgra8 => [pixel[2], pixel[1], pixel[0]],
            PixelFormat::Gray8 => [pixel[0]; 3],
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct ImageInput<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
    format: PixelFormat,
}

impl<'a> ImageInput<'a> {
    pub(super) fn new(
        pixels: &'a [u8],
        width: u32,
        height: u32,
        format: PixelFormat,
    ) -> Result<Self> {
        let expected = (width as u64)
            .checked_mul(height as u64)
            .and_then(|n| n.checked_mul(format.bytes() as u64));
        if width == 0 || height == 0 || expected != Some(pixels.len() as u64) {
            return Err(Error::new(
                ErrorKind::InputShape,
                format!(
                    "an image of {width} x {height} pixels with {} bytes a pixel was announced, found {} bytes",
                    format.bytes(),
                    pixels.len()
                ),
            ));
        }
        Ok(ImageInput {
            pixels,
            width,
            height,
            format,
        })
    }
}

/// BT.601 luma in thousandths, rounded: the weights of JPEG and of Pillow's `L`.
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000) as u8
}

impl ImageSpec {
    pub(super) fn shape(&self) -> Vec<usize> {
        vec![self.channels, self.height, self.width]
    }

    pub(super) fn validate(&self) -> Result<()> {
        check_shape("input", &self.shape())?;
        if self.channels != 1 && self.channels != 3 {
            return Err(invalid(
                "input.channels",
                format!("must be 1 or 3, found {}", self.channels),
            ));
        }
        check_moments(&self.mean, &self.std, self.channels)
    }

    pub(super) fn write(&self, image: &ImageInput<'_>, out: &mut [f32]) -> Result<()> {
        if (image.width as usize, image.height as usize) == (self.width, self.height) {
            self.normalize(image.pixels, image.format, out);
            return Ok(());
        }
        let resized = self.resize(image).map_err(|error| {
            Error::new(
                ErrorKind::Internal,
                format!(
                    "an image of {} x {} pixels could not be resized to {} x {}",
                    image.width, image.height, self.width, self.height
                ),
            )
            .with_source(error)
        })?;
        self.normalize(&resized, image.format, out);
        Ok(())
    }

    fn resize(
        &self,
        image: &ImageInput<'_>,
    ) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let pixel = image.format.resize_as();
        let source = fir::images::ImageRef::new(image.width, image.height, image.pixels, pixel)?;
        let mut target = fir::images::Image::new(self.width as u32, self.height as u32, pixel);
        let options = fir::ResizeOptions::new()
            .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Bilinear))
            .use_alpha(false);
        let options = match self.fit {
            Fit::Crop => options.fit_into_destination(None),
            Fit::Stretch => options,
        };
        match image.format {
            PixelFormat::Rgb8 => resize_typed::<U8x3>(&source, &mut target, &options)?,
            PixelFormat::Rgba8 | PixelFormat::Bgra8 => {
                resize_typed::<U8x4>(&source, &mut target, &options)?;
            }
            PixelFormat::Gray8 => resize_typed::<U8>(&source, &mut target, &options)?,
        }
        Ok(target.into_vec())
    }

    /// Pixels to planes of standardised numbers.
    fn normalize(&self, pixels: &[u8], format: PixelFormat, out: &mut [f32]) {
        let plane = self.width * self.height;
        let tables: Vec<[f32; 256]> = (0..self.channels)
            .map(|channel| self.table(channel))
            .collect();
        for (index, pixel) in pixels.chunks_exact(format.bytes()).enumerate() {
            let rgb = format.rgb(pixel);
            match tables.as_slice() {
                [gray] => out[index] = gray[usize::from(luma(rgb))],
                tables => {
                    for (channel, table) in tables.iter().enumerate() {
                        out[channel * plane + index] = table[usize::from(rgb[channel])];
                    }
                }
            }
        }
    }

    /// What each of the 256 byte values becomes.
    fn table(&self, channel: usize) -> [f32; 256] {
        let mean = self.mean.get(channel).copied().unwrap_or(0.0);
        let std = self.std.get(channel).copied().unwrap_or(1.0);
        std::array::from_fn(|byte| standardize(byte as f32 / 255.0, mean, std))
    }
}

/// Resizes pixels of one type. Through the library's function for any type, its kernels for all of them would ship.
fn resize_typed<P: PixelTrait>(
    source: &fir::images::ImageRef<'_>,
    target: &mut fir::images::Image<'_>,
    options: &fir::ResizeOptions,
) -> Result<(), fir::ResizeError> {
    let views = source.image_view::<P>().zip(target.image_view_mut::<P>());
    let (source, mut target) = views.ok_or(fir::ResizeError::PixelTypesAreDifferent)?;
    fir::Resizer::new().resize_typed(&source, &mut target, options)
}
