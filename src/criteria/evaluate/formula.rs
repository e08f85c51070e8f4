//! Formulas over measures. A missing operand or a division by zero makes the result missing.

use std::collections::BTreeMap;

use crate::criteria::number;
use crate::criteria::syntax::{Arithmetic, Expression, ExpressionForm};

/// What a measure came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Its one value; none is missing.
    pub value: Option<f64>,
    /// Its values, one a row, for percentiles.
    pub values: Vec<f64>,
}

/// The value of a formula; none is missing.
#[must_use]
pub fn calculate(expression: &Expression, measures: &BTreeMap<String, Measure>) -> Option<f64> {
    let value = match &expression.form {
        ExpressionForm::Measure(id) => measures.get(id)?.value?,
        ExpressionForm::Number(number) => *number,
        ExpressionForm::Percentile { percent, of } => percentile(&measures.get(of)?.values, *percent)?,
        ExpressionForm::Operation(operation, operands) => {
            let operands: Vec<f64> =
                operands.iter().map(|operand| calculate(operand, measures)).collect::<Option<_>>()?;
            operate(*operation, &operands)?
        }
    };
    value.is_finite().then_some(value)
}

fn operate(operation: Arithmetic, operands: &[f64]) -> Option<f64> {
    let (first, others) = operands.split_first()?;
    match operation {
        Arithmetic::Add => Some(number::sum(operands)),
        Arithmetic::Subtract => {
            let terms: Vec<f64> = [*first].into_iter().chain(others.iter().map(|term| -term)).collect();
            Some(number::sum(&terms))
        }
        Arithmetic::Multiply => Some(operands.iter().product()),
        Arithmetic::Divide => others.iter().try_fold(*first, |left, right| (*right != 0.0).then(|| left / right)),
        Arithmetic::MinOf => operands.iter().copied().reduce(f64::min),
        Arithmetic::MaxOf => operands.iter().copied().reduce(f64::max),
    }
}

/// A percentile of values, on a line between the two nearest (as SQL's `percentile_cont`); 50 is the median.
#[must_use]
pub fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let steps = f64::from(u32::try_from(sorted.len().checked_sub(1)?).ok()?);
    let place = percent.clamp(0.0, 100.0) / 100.0 * steps;
    let low = sorted.get(index(place.floor())?)?;
    let high = sorted.get(index(place.ceil())?)?;
    Some(low + (high - low) * place.fract())
}

/// A whole number from 0 to 2^32 as an index.
fn index(place: f64) -> Option<usize> {
    (0.0..=f64::from(u32::MAX)).contains(&place).then_some(place as usize)
}
