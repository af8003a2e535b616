namespace Dns.Zones;

/// <summary>One record as the master file has it, in wire form, class IN.</summary>
/// <param name="Owner">Uncompressed, in the file's letter case; shared among the records that follow one another.</param>
internal readonly record struct Record(byte[] Owner, RecordType Type, uint Ttl, byte[] Data, string File, int Line);
