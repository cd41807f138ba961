//! From pixels to planes: formats agree, constant pictures stay constant, small resizes are averages known by hand.

mod support;

use support::*;
use tiprdc::{Encoder, Fit, ImageSpec, Input, InputSpec};

fn planes(spec: ImageSpec) -> Encoder {
    identity(InputSpec::Image(spec))
}

fn encode(encoder: &Encoder, input: tiprdc::Result<Input<'_>>) -> Vec<f32> {
    let features = encoder
        .encode(&input.expect("sizes agree"))
        .expect("a good picture");
    features.data().to_vec()
}

/// Bytes that look random, `channels` a pixel.
fn pixels(seed: u64, count: usize) -> Vec<u8> {
    numbers(seed, count)
        .iter()
        .map(|x| ((x + 1.0) * 127.5) as u8)
        .collect()
}

fn with_alpha(rgb: &[u8], order: [usize; 3]) -> Vec<u8> {
    rgb.as_chunks::<3>()
        .0
        .iter()
        .enumerate()
        .flat_map(|(index, pixel)| {
            [
                pixel[order[0]],
                pixel[order[1]],
                pixel[order[2]],
                (index * 37) as u8,
            ]
        })
        .collect()
}

#[test]
fn bytes_become_standardised_planes() {
    let spec = ImageSpec {
        mean: vec![0.1, 0.2, 0.3],
        std: vec![0.5, 0.25, 2.0],
        ..image_input(3, 2, 3, Fit::Crop)
    };
    let rgb = pixels(1, 18);
    let found = encode(&planes(spec.clone()), Input::image_rgb8(&rgb, 3, 2));
    let mut expected = Vec::new();
    for channel in 0..3 {
        for pixel in rgb.chunks(3) {
            let (mean, std) = (f64::from(spec.mean[channel]), f64::from(spec.std[channel]));
            expected.push((f64::from(pixel[channel]) / 255.0 - mean) / std);
        }
    }
    assert_close(&found, &expected, 1e-6);
}

#[test]
fn all_formats_of_one_picture_give_the_same_numbers() {
    for (fit, size) in [
        (Fit::Crop, (8, 8)),
        (Fit::Crop, (5, 7)),
        (Fit::Stretch, (5, 7)),
        (Fit::Stretch, (13, 3)),
    ] {
        let encoder = planes(image_input(size.0, size.1, 3, fit));
        let rgb = pixels(2, 11 * 9 * 3);
        let as_rgb = encode(&encoder, Input::image_rgb8(&rgb, 11, 9));
        let rgba = with_alpha(&rgb, [0, 1, 2]);
        assert_eq!(
            as_rgb,
            encode(&encoder, Input::image_rgba8(&rgba, 11, 9)),
            "rgba8, alpha ignored"
        );
        let bgra = with_alpha(&rgb, [2, 1, 0]);
        assert_eq!(
            as_rgb,
            encode(&encoder, Input::image_bgra8(&bgra, 11, 9)),
            "bgra8, alpha ignored"
        );

        let gray = pixels(3, 11 * 9);
        let gray_as_rgb: Vec<u8> = gray.iter().flat_map(|&g| [g; 3]).collect();
        assert_eq!(
            encode(&encoder, Input::image_gray8(&gray, 11, 9)),
            encode(&encoder, Input::image_rgb8(&gray_as_rgb, 11, 9)),
            "gray8 is a picture of three equal channels"
        );
    }
}

#[test]
fn one_channel_is_luma() {
    let encoder = planes(image_input(4, 1, 1, Fit::Crop));
    let rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
    let found = encode(&encoder, Input::image_rgb8(&rgb, 4, 1));
    // BT.601, rounded to bytes as Pillow does.
    assert_close(
        &found,
        &[76.0 / 255.0, 150.0 / 255.0, 29.0 / 255.0, 1.0],
        1e-6,
    );
    let gray = [0, 1, 128, 255];
    let found = encode(&encoder, Input::image_gray8(&gray, 4, 1));
    assert_close(&found, &gray.map(|g| f64::from(g) / 255.0), 1e-6);
}

#[test]
fn a_constant_picture_stays_constant_at_any_size() {
    for fit in [Fit::Crop, Fit::Stretch] {
        let encoder = planes(image_input(16, 12, 3, fit));
        for (width, height) in [
            (1, 1),
            (16, 12),
            (3, 200),
            (200, 3),
            (1000, 1),
            (1, 1000),
            (31, 47),
            (640, 480),
        ] {
            let rgb = [10u8, 120, 250].repeat(width * height);
            let found = encode(
                &encoder,
                Input::image_rgb8(&rgb, width as u32, height as u32),
            );
            let expected: Vec<f64> = [10.0, 120.0, 250.0]
                .iter()
                .flat_map(|value| vec![value / 255.0; 16 * 12])
                .collect();
            assert_close(&found, &expected, 1e-6);
        }
    }
}

#[test]
fn shrinking_averages_what_it_leaves_out() {
    // Two by two to one: with a triangle of half-width 2, every pixel counts the same.
    let encoder = planes(image_input(1, 1, 1, Fit::Stretch));
    let found = encode(&encoder, Input::image_gray8(&[0, 40, 80, 120], 2, 2));
    assert_close(&found, &[60.0 / 255.0], 1e-6);

    // Four to two: centres at 1 and 3, triangle of half-width 2; the pixels' distances give weights 0.25, 0.75, 0.75,
    // 0.25 where they exist, so the first is (0.75 a + 0.75 b + 0.25 c) / 1.75.
    let encoder = planes(image_input(2, 1, 1, Fit::Stretch));
    let row = [0u8, 70, 140, 210];
    let found = encode(&encoder, Input::image_gray8(&row, 4, 1));
    let first = (0.75 * 0.0 + 0.75 * 70.0 + 0.25 * 140.0) / 1.75;
    let second = (0.25 * 70.0 + 0.75 * 140.0 + 0.75 * 210.0) / 1.75;
    assert_close(&found, &[first / 255.0, second / 255.0], 0.6 / 255.0);
}

#[test]
fn crop_takes_the_middle_and_stretch_takes_all() {
    // Left third black, middle white, right third black; the middle is a square.
    let (width, height) = (24u32, 8u32);
    let picture: Vec<u8> = (0..width * height)
        .map(|index| {
            if (8..16).contains(&(index % width)) {
                255
            } else {
                0
            }
        })
        .collect();
    let cropped = encode(
        &planes(image_input(8, 8, 1, Fit::Crop)),
        Input::image_gray8(&picture, width, height),
    );
    assert!(
        cropped.iter().all(|&x| x == 1.0),
        "a crop holds nothing from outside the middle"
    );
    let stretched = encode(
        &planes(image_input(3, 1, 1, Fit::Stretch)),
        Input::image_gray8(&picture, width, height),
    );
    // Triangles of half-width 8: an eighth of each side's weight lies outside the middle's own third, and of the outer
    // ones another eighth is cut off at the border.
    assert_close(
        &stretched,
        &[0.125 / 0.875, 0.75, 0.125 / 0.875],
        1.0 / 255.0,
    );
}
