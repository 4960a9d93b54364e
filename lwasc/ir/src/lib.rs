//! The waist of the house: what is executed. Above it everything knows source, below it nothing does. Here are the data
//! (`module`, `function`, `inst`, `host`), the values that cross its border (`value`), the verifier, the printer and the
//! reference interpreter, which is the oracle that native code is compared with.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

pub mod build;
pub mod coverage;
pub mod face;
pub mod fault;
pub mod function;
pub mod host;
pub mod ids;
pub mod inst;
pub mod interpreter;
pub mod map_world;
pub mod memory;
pub mod module;
pub mod native;
pub mod print;
pub mod reach;
pub mod route;
pub mod slot;
pub mod types;
pub mod value;
pub mod verify;
pub mod world;

pub use build::FunctionBuilder;
pub use face::{Face, Offer};
pub use fault::Fault;
pub use function::{Block, Function, Kind, Place, Site, SiteData, Trace, TraceData};
pub use host::{End, HostOp};
pub use ids::*;
pub use inst::{CompareOp, Inst, IntOp, Terminator, WideOp};
pub use interpreter::{Failure, Interpreter, Rejection, Rounded, Watch, Written};
pub use lwas_base::SampleSource;
pub use lwas_exact::Mode;
pub use map_world::MapWorld;
pub use memory::{Memory, constant_offsets};
pub use module::*;
pub use reach::{depends_on_call, written};
pub use route::*;
pub use slot::{Ref, Slot};
pub use types::{Type, Types};
pub use value::{Key, KeyPart, Value};
pub use verify::{VerifyError, verify};
pub use world::{AggregateValue, Env, Lookup, Row, World, WorldError};

/// Steps that one event, query, constant or test step may take: turns of loops and calls of functions, and what host
/// functions add for long values.
pub const STEP_BUDGET: u64 = 10_000_000;

/// Bytes of values that one event, query, constant or test step may make.
pub const MEMORY_BUDGET: u64 = 64 << 20;

/// The most elements of a list.
pub const MAX_LIST: i64 = 1_000_000;

/// The most bytes of a text.
pub const MAX_TEXT: usize = 1 << 20;
