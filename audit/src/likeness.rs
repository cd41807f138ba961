//! How alike two images are.

/// Side of the window, and deviation of its weights in pixels.
const WINDOW: usize = 11;
const DEVIATION: f64 = 1.5;
/// Weights of the scales, finest first.
const SCALES: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/// Peak signal-to-noise ratio in dB.
pub(crate) fn psnr(mean_squared_error: f64, peak: f64) -> f64 {
    // A perfect copy has no noise; 100 dB stands for it, so that reports hold numbers only.
    (10.0 * (peak * peak / mean_squared_error.max(1e-30)).log10()).min(100.0)
}

/// One channel of an image.
#[derive(Clone)]
pub(crate) struct Plane {
    pub height: usize,
    pub width: usize,
    pub data: Vec<f64>,
}

/// Multi-scale structural similarity of two planes whose values span `peak`; `None` when they are smaller than the
/// window. 1 is a perfect copy.
///
/// Small planes have fewer scales than five, with the weights of those that fit scaled to a sum of one.
///
/// # Source
///
/// Wang, Simoncelli and Bovik, Asilomar 2003; the window of Wang et al., IEEE TIP 2004.
pub(crate) fn ms_ssim(a: &Plane, b: &Plane, peak: f64) -> Option<f64> {
    let fitting = (0..SCALES.len())
        .take_while(|scale| (a.height >> scale).min(a.width >> scale) >= WINDOW)
        .count();
    let whole: f64 = SCALES[..fitting].iter().sum();
    let (mut a, mut b) = (a.clone(), b.clone());
    let mut product = 1.0;
    for (scale, weight) in SCALES[..fitting].iter().enumerate() {
        let (similarity, contrast) = ssim(&a, &b, peak);
        let last = scale + 1 == fitting;
        let factor = if last { similarity } else { contrast };
        product *= factor.max(0.0).powf(weight / whole);
        if !last {
            (a, b) = (a.halved(), b.halved());
        }
    }
    (fitting > 0).then_some(product)
}

/// Mean structural similarity, and its contrast and structure part alone, over windows that lie inside.
fn ssim(a: &Plane, b: &Plane, peak: f64) -> (f64, f64) {
    let (c1, c2) = ((0.01 * peak).powi(2), (0.03 * peak).powi(2));
    let product = |a: &Plane, b: &Plane| Plane {
        data: a.data.iter().zip(&b.data).map(|(a, b)| a * b).collect(),
        ..*a
    };
    let means = (a.blurred(), b.blurred());
    let squares = (product(a, a).blurred(), product(b, b).blurred());
    let cross = product(a, b).blurred();
    let (mut similarity, mut contrast) = (0.0, 0.0);
    for at in 0..cross.data.len() {
        let (m, n) = (means.0.data[at], means.1.data[at]);
        let (v, w) = (squares.0.data[at] - m * m, squares.1.data[at] - n * n);
        let part = (2.0 * (cross.data[at] - m * n) + c2) / (v + w + c2);
        contrast += part;
        similarity += part * (2.0 * m * n + c1) / (m * m + n * n + c1);
    }
    let count = cross.data.len() as f64;
    (similarity / count, contrast / count)
}

impl Plane {
    /// Weighted means over the windows that lie inside.
    fn blurred(&self) -> Plane {
        let half = (WINDOW / 2) as f64;
        let weight = |tap: usize| (-0.5 * ((tap as f64 - half) / DEVIATION).powi(2)).exp();
        let sum: f64 = (0..WINDOW).map(weight).sum();
        let weights: Vec<f64> = (0..WINDOW).map(|tap| weight(tap) / sum).collect();
        let (height, width) = (self.height + 1 - WINDOW, self.width + 1 - WINDOW);
        let taps = |data: &[f64], from: usize, step: usize| -> f64 {
            let taps = weights.iter().enumerate();
            taps.map(|(tap, weight)| weight * data[from + tap * step])
                .sum()
        };
        let mut wide = Vec::with_capacity(self.height * width);
        for line in self.data.chunks_exact(self.width) {
            wide.extend((0..width).map(|x| taps(line, x, 1)));
        }
        let mut data = Vec::with_capacity(height * width);
        for y in 0..height {
            data.extend((0..width).map(|x| taps(&wide, y * width + x, width)));
        }
        Plane {
            height,
            width,
            data,
        }
    }

    /// Means of squares of four pixels.
    fn halved(&self) -> Plane {
        let (height, width) = (self.height / 2, self.width / 2);
        let at = |y: usize, x: usize| self.data[y * self.width + x];
        let mean =
            |y: usize, x: usize| (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4.0;
        let data = (0..height)
            .flat_map(|y| (0..width).map(move |x| (2 * y, 2 * x)))
            .map(|(y, x)| mean(y, x))
            .collect();
        Plane {
            height,
            width,
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(side: usize, value: impl Fn(usize, usize) -> f64) -> Plane {
        let places = (0..side).flat_map(|y| (0..side).map(move |x| (y, x)));
        Plane {
            height: side,
            width: side,
            data: places.map(|(y, x)| value(y, x)).collect(),
        }
    }

    #[test]
    fn copies_are_alike_and_flat_planes_have_a_closed_form() {
        let waves = plane(32, |y, x| ((y * 3 + x) as f64 * 0.4).sin());
        assert!((ms_ssim(&waves, &waves, 2.0).expect("it is large enough") - 1.0).abs() < 1e-12);
        // Without contrast only the means matter: (2 ab + c1) / (a^2 + b^2 + c1).
        let (a, b) = (plane(16, |_, _| 0.2), plane(16, |_, _| 0.4));
        let wanted = (2.0 * 0.08 + 1e-4) / (0.04 + 0.16 + 1e-4);
        assert!((ssim(&a, &b, 1.0).0 - wanted).abs() < 1e-9);
        assert!(ms_ssim(&plane(10, |_, _| 0.0), &plane(10, |_, _| 0.0), 1.0).is_none());
    }

    #[test]
    fn one_scale_agrees_with_scikit_image() {
        // scikit-image 0.26.0: y, x = numpy.mgrid[0:24, 0:24].astype(float); structural_similarity(a, b, data_range=2.0,
        // gaussian_weights=True, sigma=1.5, use_sample_covariance=False) with the formulas below.
        const SCIKIT_IMAGE: f64 = 0.618_333_435_327_584_9;
        let a = plane(24, |y, x| ((y * 3 + x * x) as f64 * 0.37).sin());
        let b = plane(24, |y, x| ((y * 3 + x * x) as f64 * 0.37 + 0.5).sin() * 0.8);
        assert!((ssim(&a, &b, 2.0).0 - SCIKIT_IMAGE).abs() < 1e-6);
    }

    #[test]
    fn psnr_of_a_tenth_of_the_peak_is_twenty() {
        assert!((psnr(0.01, 1.0) - 20.0).abs() < 1e-12);
        assert_eq!(psnr(0.0, 1.0), 100.0);
    }
}
