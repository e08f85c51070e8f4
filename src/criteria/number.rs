//! Sums of decimal numbers that come out as people expect: 0.1 and 0.2 are 0.3.

/// Decimal places that are summed exactly.
const PLACES: u32 = 12;

/// The sum of numbers. Exact in decimals where the numbers have at most twelve of them and are not astronomically large.
#[must_use]
pub fn sum(numbers: &[f64]) -> f64 {
    let scaled: Option<i128> = numbers.iter().try_fold(0_i128, |sum, number| sum.checked_add(scale(*number)?));
    match scaled {
        Some(scaled) => unscale(scaled),
        None => numbers.iter().sum(),
    }
}

/// The number in units of 10^-12, if that loses nothing.
fn scale(number: f64) -> Option<i128> {
    let text = format!("{number}");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = u32::try_from(fraction.len()).ok().filter(|places| *places <= PLACES)?;
    let units: i128 = format!("{whole}{fraction}").parse().ok()?;
    units.checked_mul(10_i128.checked_pow(PLACES - places)?)?.checked_mul(sign)
}

fn unscale(scaled: i128) -> f64 {
    let one = 10_u128.pow(PLACES);
    let units = scaled.unsigned_abs();
    let sign = if scaled < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:012}", units / one, units % one);
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn decimals_add_up() {
        assert_eq!(sum(&[0.1, 0.2]), 0.3);
        assert_eq!(sum(&[0.7, 0.1]), 0.8);
        assert_eq!(sum(&[12_345_678.91, -0.01, 1e-3]), 12_345_678.901);
        assert_eq!(sum(&[-0.5, 0.25]), -0.25);
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[1e300, 1.0]), 1e300);
        assert!(sum(&[f64::INFINITY, 1.0]).is_infinite());
    }
}
