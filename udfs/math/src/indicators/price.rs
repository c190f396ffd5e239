//! One price of a bar: means of its open, high, low and close. Every row has one.

use super::filter::each_row;
use crate::kernel::Kernel;

/// (open + high + low + close) / 4; inputs open, high, low, close.
#[derive(Debug, Clone, Copy)]
pub struct AvgPrice;

/// (high + low) / 2; inputs high, low.
#[derive(Debug, Clone, Copy)]
pub struct MedPrice;

/// (high + low + close) / 3; inputs high, low, close.
#[derive(Debug, Clone, Copy)]
pub struct TypPrice;

/// (high + low + 2·close) / 4; inputs high, low, close.
#[derive(Debug, Clone, Copy)]
pub struct WclPrice;

impl Kernel for AvgPrice {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[open, high, low, close]| {
            Some([(high + low + close + open) / 4.0])
        });
    }
}

impl Kernel for MedPrice {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| Some([f64::midpoint(high, low)]));
    }
}

impl Kernel for TypPrice {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| Some([(high + low + close) / 3.0]));
    }
}

impl Kernel for WclPrice {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| Some([(high + low + close * 2.0) / 4.0]));
    }
}
