using Xunit;

// The allocation tests count what this thread allocates; the real servers want the machine's two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
