namespace Dns.Zones;

/// <summary>The arrays that answers are served from, with no reference between entries, so that the collector never walks them.</summary>
/// <param name="Octets">Names in lower case and bodies; those of one name are neighbours.</param>
/// <param name="MaxLabels">Labels of the deepest name, above which no question can match in full.</param>
internal sealed record CompiledZones(
    byte[] Octets, int[] Marks, CompiledAnswer[] Answers, TypeAnswer[] Types, CompiledNode[] Nodes, NameSlot[] Slots, int MaxLabels);
