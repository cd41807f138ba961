//! Multinomial logistic regression.

use super::lbfgs::Limits;
use super::softmax::Softmax;
use super::{Attacker, Task};

/// A linear boundary per class, with an L2 penalty of one half of the squared weights against the summed loss
/// (scikit-learn's `C = 1`), fitted on all training rows.
///
/// Finds every leak that a straight line can see, one column among thousands included; blind to everything else.
pub(super) struct Logistic;

/// The same stopping rule as scikit-learn's (gradient of the mean loss), with more steps.
const LIMITS: Limits = Limits {
    steps: 200,
    gradient: 1e-4,
    gain: 1e-7,
};

impl Attacker for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn cost(&self) -> u32 {
        3
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let train = &task.view.train;
        let model = Softmax::fit(train, task.labels, task.classes(), 1.0, &LIMITS);
        model.scores(&task.view.test)
    }
}
