/// Which release of this package it is.
package enum Release {
    /// Its version.
    package static let version = "0.1.0"
}
