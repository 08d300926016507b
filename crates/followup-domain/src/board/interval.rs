//! Between which limits a share may lie.

/// A share, and its interval at 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// From 0 to 1.
    pub value: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// The quantile of the normal distribution that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// A share of so many, by Wilson's score interval (Wilson 1927). Of a share that was estimated from cases of which some are still open, `of` is the
/// number of closed ones that would be as certain (Rothman 1978). None of nothing.
pub fn share_of(value: f64, of: f64) -> Option<Share> {
    if of <= 0.0 || !value.is_finite() || !of.is_finite() {
        return None;
    }
    let value = value.clamp(0.0, 1.0);
    let z2 = Z * Z;
    let scale = 1.0 + z2 / of;
    let middle = (value + z2 / (2.0 * of)) / scale;
    let half = Z / scale * (value * (1.0 - value) / of + z2 / (4.0 * of * of)).sqrt();
    Some(Share { value, low: (middle - half).clamp(0.0, value), high: (middle + half).clamp(value, 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_textbooks() {
        // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (answered, of, low, high) in
            [(81.0, 263.0, 0.2553, 0.3662), (15.0, 148.0, 0.0624, 0.1605), (0.0, 20.0, 0.0, 0.1611), (1.0, 29.0, 0.0061, 0.1718)]
        {
            let share = share_of(answered / of, of).unwrap();
            assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{answered}/{of}: {share:?}");
        }
    }

    #[test]
    fn nothing_has_no_share_and_no_limit_leaves_what_a_share_can_be() {
        assert_eq!((share_of(0.5, 0.0), share_of(f64::NAN, 3.0), share_of(0.5, f64::INFINITY)), (None, None, None));
        for of in [0.3, 1.0, 2.0, 1e9] {
            for value in [0.0, 1e-12, 0.5, 1.0] {
                let share = share_of(value, of).unwrap();
                assert!(0.0 <= share.low && share.low <= share.value && share.value <= share.high && share.high <= 1.0, "{share:?}");
            }
        }
    }
}
