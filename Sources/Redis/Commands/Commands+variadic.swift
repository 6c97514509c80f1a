// Shorter forms for the usual case of one or a few.

extension Del {
    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: String...) { self.init(keys) }
}

extension Unlink {
    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: String...) { self.init(keys) }
}

extension Exists {
    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: String...) { self.init(keys) }
}

extension LPush {
    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - values: The elements.
    public init(_ key: String, _ values: any RedisArgument...) { self.init(key, values: values) }
}

extension RPush {
    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - values: The elements.
    public init(_ key: String, _ values: any RedisArgument...) { self.init(key, values: values) }
}

extension HSet {
    /// Creates the command for one field.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - field: The field.
    ///   - value: The value.
    public init(_ key: String, _ field: any RedisArgument, _ value: any RedisArgument) {
        self.init(key, fields: [(field, value)])
    }
}

extension HDel {
    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - fields: The fields.
    public init(_ key: String, _ fields: any RedisArgument...) { self.init(key, fields: fields) }
}

extension SAdd {
    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - members: The members.
    public init(_ key: String, _ members: any RedisArgument...) { self.init(key, members: members) }
}

extension ZAdd {
    /// Creates the command for one member.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - score: The score.
    ///   - member: The member.
    public init(_ key: String, _ score: Double, _ member: any RedisArgument) {
        self.init(key, members: [(score, member)])
    }
}

extension ZRem {
    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - members: The members.
    public init(_ key: String, _ members: any RedisArgument...) { self.init(key, members: members) }
}
