using Mail;

return await new MailServer().RunAsync(args);
