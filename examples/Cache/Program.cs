using Cache;

return await new CacheServer().RunAsync(args);
