using Xunit;

// The memory tests measure the whole heap, so no other test may run beside them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
