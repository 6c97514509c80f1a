public import Foundation

/// A message that waits in the broker for a time that is still far: no worker holds it.
public struct ParkedDelivery: Sendable, Hashable {
    /// When it goes back to its queue, to be delivered again.
    public var eta: Date
    /// The message with its queue, under the tag by which the broker keeps it.
    public var delivery: Delivery

    /// Makes a parked delivery.
    public init(eta: Date, delivery: Delivery) {
        self.eta = eta
        self.delivery = delivery
    }
}
