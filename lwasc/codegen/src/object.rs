//! A module's functions put together into one ELF object, and what is checked of it: nothing is imported, nothing can trap,
//! nothing but code is in it, and the stack it can take is bounded.
//!
//! Each function is there twice: as itself, local, with its arguments in registers, and as an entry point `f<number>` that
//! takes them from an array of slots. The same module gives the same bytes anywhere.

use crate::function::{Shared, Translator, signature};
use crate::{CodegenError, stack, target};
use cranelift_codegen::Context;
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature, UserFuncName, Value};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{Linkage, Module as _};
use cranelift_object::{ObjectBuilder, ObjectModule};
use lwas_ir::native::{entry_symbol, host_ops};
use lwas_ir::{FuncId, Kind, Module, Slot, constant_offsets};

/// Native code of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The triple that it is for.
    pub target: String,
    /// A relocatable ELF object.
    pub bytes: Vec<u8>,
    /// Bytes of machine code by function, its entry point included.
    pub code_bytes: Vec<u32>,
}

/// Makes native code of a verified module for a target triple. Errors as `CodegenError` says.
pub fn compile(module: &Module, target: &str) -> Result<Object, CodegenError> {
    let isa = target::isa(target)?;
    let convention = isa.default_call_conv();
    let builder = ObjectBuilder::new(isa, "lwas", cranelift_module::default_libcall_names());
    let builder = builder.map_err(|error| backend("the object", error))?;
    let mut object = ObjectModule::new(builder);
    let mut shared = Shared {
        module,
        host_ops: host_ops(module),
        texts: SecondaryMap::new(),
        ids: SecondaryMap::new(),
        host_convention: convention,
    };
    for (text, offset) in constant_offsets(module).0 {
        shared.texts[text] = offset;
    }
    for (func, function) in &module.functions {
        let name = format!("i{}", func.as_u32());
        let id = object.declare_function(&name, Linkage::Local, &signature(function, convention));
        shared.ids[func] = Some(id.map_err(|error| backend(&function.name, error))?);
    }
    let mut maker = Maker { object, context: Context::new(), scratch: FunctionBuilderContext::new() };
    let mut frames = SecondaryMap::new();
    let mut code_bytes = Vec::with_capacity(module.functions.len());
    for func in module.functions.keys() {
        let function = maker.function(&shared, func)?;
        let entry = maker.entry(&shared, func)?;
        frames[func] = stack::Frames { function: function.frame, entry: entry.frame };
        code_bytes.push(function.code + entry.code);
    }
    stack::check(module, &frames)?;
    let bytes = maker.object.finish().emit().map_err(|error| backend("the object", error))?;
    Ok(Object { target: target.to_string(), bytes, code_bytes })
}

/// What came out for one function.
struct Made {
    /// Bytes of stack, with what the call itself takes.
    frame: u64,
    /// Bytes of machine code.
    code: u32,
}

/// Makes functions one after the other.
struct Maker {
    object: ObjectModule,
    context: Context,
    scratch: FunctionBuilderContext,
}

impl Maker {
    /// A function as itself.
    fn function(&mut self, shared: &Shared<'_>, func: FuncId) -> Result<Made, CodegenError> {
        let function = &shared.module.functions[func];
        let id = shared.ids[func].expect("every function is declared");
        self.context.func.signature = signature(function, shared.host_convention);
        self.context.func.name = UserFuncName::user(0, id.as_u32());
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.scratch);
        Translator::new(builder, shared, &mut self.object, function).translate(func)?;
        self.define(id, &function.name)
    }

    /// A function's entry point: takes the arguments from the array and passes them on.
    fn entry(&mut self, shared: &Shared<'_>, func: FuncId) -> Result<Made, CodegenError> {
        let function = &shared.module.functions[func];
        let mut signature = Signature::new(shared.host_convention);
        signature.params.resize(2, AbiParam::new(I64));
        signature.returns.push(AbiParam::new(I64));
        let id = self.object.declare_function(&entry_symbol(func), Linkage::Export, &signature);
        let id = id.map_err(|error| backend(&function.name, error))?;
        self.context.func.signature = signature;
        self.context.func.name = UserFuncName::user(0, id.as_u32());
        let mut b = FunctionBuilder::new(&mut self.context.func, &mut self.scratch);
        let block = b.create_block();
        b.append_block_params_for_function_params(block);
        b.switch_to_block(block);
        b.seal_block(block);
        let mut words = vec![b.block_params(block)[0]];
        let args = b.block_params(block)[1];
        for (index, kind) in function.locals.values().take(function.params as usize).enumerate() {
            let too_large = |_| CodegenError::TooLarge(function.name.clone());
            let offset = i32::try_from(index * size_of::<Slot>()).map_err(too_large)?;
            let mut word = |offset: i32| -> Value { b.ins().load(I64, MemFlagsData::trusted(), args, offset) };
            words.push(word(offset));
            if *kind == Kind::I128 {
                words.push(word(offset + 8));
            }
        }
        let callee = shared.ids[func].expect("every function is declared");
        let callee = self.object.declare_func_in_func(callee, b.func);
        let call = b.ins().call(callee, &words);
        let status = b.inst_results(call)[0];
        b.ins().return_(&[status]);
        b.finalize(self.object.target_config());
        self.define(id, &function.name)
    }

    /// Compiles what is in the context and checks it.
    fn define(&mut self, id: cranelift_module::FuncId, name: &str) -> Result<Made, CodegenError> {
        self.object.define_function(id, &mut self.context).map_err(|error| backend(name, error))?;
        let compiled = self.context.compiled_code().expect("a defined function has been compiled");
        if !compiled.buffer.traps().is_empty() {
            return Err(backend(name, "an instruction can trap"));
        }
        let layout = compiled.buffer.frame_layout();
        // Below the frame pointer the frame, above it the saved frame pointer and the return address.
        let frame = layout.map_or(0, |layout| u64::from(layout.frame_to_fp_offset)) + 16;
        let code = compiled.buffer.total_size();
        self.object.clear_context(&mut self.context);
        Ok(Made { frame, code })
    }
}

fn backend(function: &str, problem: impl std::fmt::Debug + ToString) -> CodegenError {
    CodegenError::Backend { function: function.to_string(), problem: problem.to_string() }
}
