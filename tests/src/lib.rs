//! What the tests share: an engine on a lake of its own, the built program on one, and answers as
//! text.

pub mod lake;
pub mod lookahead;
pub mod pipeline;
pub mod program;
pub mod restarts;
pub mod s3;
pub mod slt;
pub mod small;
