//! Positions of several options: what they are worth and pay, how they are chosen, hedged, explained
//! and margined.
//!
//! Money is in the currency of the underlying. Times and expiries are years on one clock, whose zero
//! is the caller's; a leg's remaining life is its expiry less the time.

mod account;
pub mod assignment;
pub mod attribution;
pub mod delta_hedge;
pub mod leg;
pub mod margin;
pub mod payoff;
pub mod position;
mod relaxation;
pub mod select;
pub mod strategy;
pub mod strikes;
