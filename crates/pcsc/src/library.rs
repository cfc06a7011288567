//! The library itself: its functions, found by their names. The only unsafe code of the product.
//!
//! The types are those of `pcsclite.h` and `winscard.h` on Linux: `DWORD` is an unsigned long, `LONG`
//! and the handles are long, structures are not packed.
#![expect(unsafe_code, reason = "functions of a C library, see docs/adr/0033")]

use crate::PcscError;
use std::error::Error;
use std::ffi::{CStr, CString, c_char, c_long, c_ulong, c_void};
use std::ptr::{null, null_mut};
use std::sync::Arc;

/// The library by the name of its interface, which has not changed since 2004.
const NAME: &str = "libpcsclite.so.1";

type Dword = c_ulong;
/// A context or a card, as the library numbers them.
pub(crate) type Handle = c_long;

const SCOPE_SYSTEM: Dword = 2;
const SHARE_EXCLUSIVE: Dword = 1;
const SHARE_SHARED: Dword = 2;
const UNPOWER_CARD: Dword = 2;
const T0_OR_T1: Dword = 3;
pub(crate) const PRESENT: u64 = 0x20;
pub(crate) const MUTE: u64 = 0x200;
/// `MAX_ATR_SIZE`.
const ATR_MAX: usize = 33;

/// `SCARD_IO_REQUEST`.
#[repr(C)]
struct IoRequest {
    protocol: c_ulong,
    length: c_ulong,
}

/// `SCARD_READERSTATE`.
#[repr(C)]
struct ReaderState {
    reader: *const c_char,
    user_data: *mut c_void,
    current: Dword,
    event: Dword,
    atr_length: Dword,
    atr: [u8; ATR_MAX],
}

/// How the card speaks: T=0 or T=1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol(Dword);

/// The functions that are used, by their names in the library.
struct Functions {
    establish: unsafe extern "C" fn(Dword, *const c_void, *const c_void, *mut Handle) -> c_long,
    release: unsafe extern "C" fn(Handle) -> c_long,
    list: unsafe extern "C" fn(Handle, *const c_char, *mut c_char, *mut Dword) -> c_long,
    status: unsafe extern "C" fn(Handle, Dword, *mut ReaderState, Dword) -> c_long,
    connect: unsafe extern "C" fn(
        Handle,
        *const c_char,
        Dword,
        Dword,
        *mut Handle,
        *mut Dword,
    ) -> c_long,
    disconnect: unsafe extern "C" fn(Handle, Dword) -> c_long,
    transmit: unsafe extern "C" fn(
        Handle,
        *const IoRequest,
        *const u8,
        Dword,
        *mut IoRequest,
        *mut u8,
        *mut Dword,
    ) -> c_long,
}

/// The library in this process.
pub(crate) struct Loaded {
    functions: Functions,
    /// The functions are good as long as this is here.
    _library: libloading::Library,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loaded")
    }
}

/// The PC/SC library of this machine.
#[derive(Clone, Debug)]
pub struct Library(pub(crate) Arc<Loaded>);

impl Library {
    /// Loads it, if it is installed.
    pub fn load() -> Result<Library, PcscError> {
        Library::named(NAME)
    }

    fn named(name: &str) -> Result<Library, PcscError> {
        let missing = |error: libloading::Error| {
            // What the system says names the file or the function.
            let why = error.source().map(ToString::to_string);
            PcscError::NotInstalled(why.unwrap_or_else(|| error.to_string()))
        };
        // SAFETY: what runs when pcsclite is loaded sets up its own locks and nothing else.
        let library = unsafe { libloading::Library::new(name) }.map_err(missing)?;
        let functions = functions(&library).map_err(missing)?;
        Ok(Library(Arc::new(Loaded {
            functions,
            _library: library,
        })))
    }
}

fn functions(library: &libloading::Library) -> Result<Functions, libloading::Error> {
    // SAFETY: each name belongs to a function that winscard.h declares with these types, and the
    // pointers are kept no longer than the library.
    unsafe {
        Ok(Functions {
            establish: *library.get(b"SCardEstablishContext\0")?,
            release: *library.get(b"SCardReleaseContext\0")?,
            list: *library.get(b"SCardListReaders\0")?,
            status: *library.get(b"SCardGetStatusChange\0")?,
            connect: *library.get(b"SCardConnect\0")?,
            disconnect: *library.get(b"SCardDisconnect\0")?,
            transmit: *library.get(b"SCardTransmit\0")?,
        })
    }
}

/// The codes are of 32 bits in whatever a long has.
fn done(code: c_long) -> Result<(), PcscError> {
    match u32::try_from(code & 0xFFFF_FFFF).unwrap_or(u32::MAX) {
        0 => Ok(()),
        code => Err(PcscError::of(code)),
    }
}

fn text(reader: &str) -> Result<CString, PcscError> {
    CString::new(reader).map_err(|_| PcscError::UnknownReader)
}

fn length(bytes: &[u8]) -> Dword {
    Dword::try_from(bytes.len()).unwrap_or(Dword::MAX)
}

fn size(length: Dword) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Loaded {
    pub(crate) fn establish(&self) -> Result<Handle, PcscError> {
        let mut context = 0;
        // SAFETY: the two pointers before the last are reserved and null; the last is ours to write.
        let code =
            unsafe { (self.functions.establish)(SCOPE_SYSTEM, null(), null(), &raw mut context) };
        done(code).map(|()| context)
    }

    pub(crate) fn release(&self, context: Handle) {
        // SAFETY: it takes a number; one that is not known any more is refused.
        let _ = unsafe { (self.functions.release)(context) };
    }

    pub(crate) fn readers(&self, context: Handle) -> Result<Vec<String>, PcscError> {
        let mut needed: Dword = 0;
        // SAFETY: without a buffer only the length is written.
        let code = unsafe { (self.functions.list)(context, null(), null_mut(), &raw mut needed) };
        done(code)?;
        let mut names = vec![0u8; size(needed)];
        // SAFETY: the buffer has the length that is told beside it.
        let code = unsafe {
            (self.functions.list)(context, null(), names.as_mut_ptr().cast(), &raw mut needed)
        };
        done(code)?;
        names.truncate(size(needed));
        // Each name ends in a zero, and the list in another one.
        let parts = names.split_inclusive(|byte| *byte == 0);
        Ok(parts
            .filter_map(|part| CStr::from_bytes_with_nul(part).ok())
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| !name.is_empty())
            .collect())
    }

    /// The state of a reader, without waiting.
    pub(crate) fn state(&self, context: Handle, reader: &str) -> Result<u64, PcscError> {
        let name = text(reader)?;
        let mut state = ReaderState {
            reader: name.as_ptr(),
            user_data: null_mut(),
            current: 0,
            event: 0,
            atr_length: 0,
            atr: [0; ATR_MAX],
        };
        // SAFETY: one structure is told and one is there; the name outlives the call.
        let code = unsafe { (self.functions.status)(context, 0, &raw mut state, 1) };
        done(code)?;
        Ok(state.event)
    }

    pub(crate) fn connect(
        &self,
        context: Handle,
        reader: &str,
        exclusive: bool,
    ) -> Result<(Handle, Protocol), PcscError> {
        let name = text(reader)?;
        let sharing = if exclusive {
            SHARE_EXCLUSIVE
        } else {
            SHARE_SHARED
        };
        let (mut card, mut protocol) = (0, 0);
        // SAFETY: the name outlives the call, and the two last are ours to write.
        let code = unsafe {
            (self.functions.connect)(
                context,
                name.as_ptr(),
                sharing,
                T0_OR_T1,
                &raw mut card,
                &raw mut protocol,
            )
        };
        done(code).map(|()| (card, Protocol(protocol)))
    }

    pub(crate) fn unpower(&self, card: Handle) {
        // SAFETY: it takes numbers; a card that is not known any more is refused.
        let _ = unsafe { (self.functions.disconnect)(card, UNPOWER_CARD) };
    }

    /// Gives how many bytes of the answer were written.
    pub(crate) fn transmit(
        &self,
        card: Handle,
        protocol: Protocol,
        command: &[u8],
        answer: &mut [u8],
    ) -> Result<usize, PcscError> {
        let request = IoRequest {
            protocol: protocol.0,
            length: Dword::try_from(size_of::<IoRequest>()).unwrap_or(0),
        };
        let mut got = length(answer);
        // SAFETY: both buffers have the lengths that are told beside them, and where to write the
        // answer's own request may be null.
        let code = unsafe {
            (self.functions.transmit)(
                card,
                &raw const request,
                command.as_ptr(),
                length(command),
                null_mut(),
                answer.as_mut_ptr(),
                &raw mut got,
            )
        };
        done(code)?;
        Ok(size(got).min(answer.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::Library;
    use crate::PcscError;

    #[test]
    fn what_is_not_installed_is_told() {
        let missing = Library::named("libpcsclite-of-nobody.so.1").unwrap_err();
        assert!(matches!(missing, PcscError::NotInstalled(_)));
        // Every program has the C library, which has none of these functions.
        let other = Library::named("libc.so.6").unwrap_err();
        assert!(matches!(&other, PcscError::NotInstalled(why) if why.contains("SCard")));
    }
}
