import CCurl
import VoicePipeline

/// Calls libcurl and turns its return codes into errors.
struct CurlCall {
    private let handle: UnsafeMutableRawPointer

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code != CURLE_OK else { return }
        throw .failed(code: Int32(bitPattern: code.rawValue), message: String(cString: curl_easy_strerror(code)))
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try check(curl_shim_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, offset value: Int) throws(HTTPClientError) {
        try check(curl_shim_set_offset(handle, option, curl_off_t(value)))
    }

    /// libcurl keeps a copy.
    func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(curl_shim_set_string(handle, option, value))
    }

    /// libcurl keeps the pointer.
    func set(_ option: CURLoption, pointer value: UnsafeRawPointer) throws(HTTPClientError) {
        try check(curl_shim_set_pointer(handle, option, value))
    }
}
