namespace Cache;

/// <summary>What a key holds.</summary>
public enum ValueKind : byte
{
    /// <summary>Nothing: the key does not exist. As a filter: any kind.</summary>
    None,

    /// <summary>A byte string.</summary>
    String,

    /// <summary>A list of byte strings.</summary>
    List,

    /// <summary>Fields with values, all byte strings.</summary>
    Hash,
}
